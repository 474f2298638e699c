import { Effect, Layer } from "effect"

/** A part whose packages are loaded when its layer is built, so that a process without it neither waits for them nor holds them. */
const onDemand = <Options extends ReadonlyArray<unknown>, A, E, R>(
  load: () => Promise<{ readonly layer: (...options: Options) => Layer.Layer<A, E, R> }>
) => {
  const loaded = Effect.promise(load)
  return (...options: Options): Layer.Layer<A, E, R> => Layer.unwrap(Effect.map(loaded, ({ layer }) => layer(...options)))
}

/** `HttpServer.layer`, with the packages of the HTTP API. */
export const httpServer = onDemand(() => import("./surfaces/HttpServer.ts"))

/** `JobQueueBull.layer`, with Bull. */
export const jobQueueBull = onDemand(() => import("./adapters/bull/JobQueueBull.ts"))

/** `EncryptorSoap.layer`, with the SOAP client. */
export const encryptorSoap = onDemand(() => import("./adapters/soap/EncryptorSoap.ts"))

/** `HttpExchangeUndici.layer`, with undici. */
export const httpExchangeUndici = onDemand(() => import("./adapters/undici/HttpExchangeUndici.ts"))

/** `HubServer.layer`, with the server of Socket.IO. */
export const hubServer = onDemand(() => import("./adapters/socketio/HubServer.ts"))

/** `NotifierRelay.layer`, with the client of Socket.IO. */
export const notifierRelay = onDemand(() => import("./adapters/socketio/NotifierRelay.ts"))
