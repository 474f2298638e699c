import { createServer, type Server as HttpServer } from "node:http"
import { Effect, type Scope } from "effect"
import { Server, type ServerOptions } from "socket.io"
import { cannotListen, type CannotStart } from "../../domain/CannotStart.ts"
import { type Connection, countUnsent } from "./connection.ts"
import { type HubIo } from "./HubSocket.ts"
import { limitRate } from "./limitRate.ts"
import { type HubLimits } from "./limits.ts"

/** `origins` are those whose pages may connect, over either transport; programs that send no `Origin` may always. */
export type Origins = ReadonlyArray<string> | "any"

/** A Socket.IO server and the HTTP server under it. */
export interface OpenHub {
  readonly http: HttpServer
  readonly io: HubIo
}

/**
 * Makes a hub that does not listen yet. When the scope closes its port is free and its connections are cut rather than told to go:
 * a Socket.IO client whose transport closes comes back by itself.
 */
export const openHub = (origins: Origins, limits: HubLimits): Effect.Effect<OpenHub, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const http = createServer(httpSettings(limits), (_, response) => void response.writeHead(404).end())
      const io: HubIo = new Server(http, { ...settings(limits), ...accept(origins) })
      io.engine.on("connection", (conn: Connection) => {
        countUnsent(conn)
        limitRate(conn, limits)
      })
      return { http, io }
    }),
    close
  )

/** Listens on all addresses where no host is given. */
export const listen = ({ http }: OpenHub, port: number, host?: string): Effect.Effect<void, CannotStart> =>
  Effect.callback((resume) => {
    http.on("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(refuse(port, error.code))))
    http.listen({ port, ...(host === undefined ? {} : { host }) }, () => resume(Effect.void))
  })

const httpSettings = ({ connectTimeout }: HubLimits) => ({
  requestTimeout: connectTimeout,
  connectionsCheckingInterval: 1000
})

const settings = ({ messageBytes, connectTimeout, pingInterval, pingTimeout }: HubLimits): Partial<ServerOptions> => ({
  maxHttpBufferSize: messageBytes,
  connectTimeout,
  pingInterval,
  pingTimeout,
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
  allowEIO3: false
})

const accept = (origins: Origins): Partial<ServerOptions> =>
  origins === "any"
    ? { cors: { origin: "*" } }
    : {
        cors: { origin: [...origins] },
        allowRequest: ({ headers: { origin } }, decide) => decide(null, origin === undefined || origins.includes(origin))
      }

const close = ({ http, io }: OpenHub): Effect.Effect<void> =>
  Effect.gen(function* () {
    const closing = io.close()
    yield* Effect.promise(() => closing).pipe(Effect.timeoutOption("1 second"))
    http.closeAllConnections()
    yield* Effect.promise(() => closing).pipe(Effect.timeoutOption("1 second"))
  })

const variable = "PORT_MESSAGES_USERS"

const refuse = (port: number, code: string | undefined) =>
  cannotListen(
    variable,
    port,
    code,
    `If another messages hub runs there, give its URL instead: ${variable}=http://127.0.0.1:${port}/`
  )
