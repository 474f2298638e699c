import { Duration, Effect, Layer, Redacted } from "effect"
import { Agent } from "undici"
import { HttpExchange } from "../../services/HttpExchange.ts"
import { makeExchange, maxBody } from "./exchange.ts"

/** How many connections to one server may be open at a time. A request that waits for one waits within its five seconds. */
export interface Options {
  readonly connections: number
}

const deadline = Duration.seconds(5)

/** Asks over kept-alive HTTP/1.1 connections, which are cut when the layer's scope closes. */
export const layer = ({ connections }: Options): Layer.Layer<HttpExchange> =>
  Layer.effect(
    HttpExchange,
    Effect.gen(function* () {
      const agent = yield* makeAgent(connections)
      const exchange = yield* makeExchange(agent, deadline)
      let ended = 0
      agent.on("disconnect", () => ended++)
      return HttpExchange.of({
        endedConnections: () => ended,
        get: ({ url, headers }) => exchange({ method: "GET", url, headers }),
        post: ({ url, headers, body }) => exchange({ method: "POST", url, headers, body: Redacted.value(body) })
      })
    })
  )

const makeAgent = (connections: number) =>
  Effect.acquireRelease(
    Effect.sync(
      () =>
        new Agent({
          connections,
          pipelining: 1,
          allowH2: false,
          useMilo: false,
          connect: { timeout: Duration.toMillis(deadline) },
          headersTimeout: 0,
          bodyTimeout: 0,
          maxResponseSize: maxBody
        })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  )
