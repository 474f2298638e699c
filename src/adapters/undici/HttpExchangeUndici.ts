import { Clock, Duration, Effect, Layer, Redacted } from "effect"
import { Agent, type Dispatcher, request } from "undici"
import { codeOf } from "../../domain/codeOf.ts"
import { readRetryAfter } from "../../domain/retryAfter.ts"
import { type GetRequest, HttpExchange, NoAnswer } from "../../services/HttpExchange.ts"

/** How many connections to one server may be open at a time. A request that waits for one waits within its five seconds. */
export interface Options {
  readonly connections: number
}

const deadline = Duration.seconds(5)
const maxBody = 64 * 1024

/** Asks over kept-alive HTTP/1.1 connections, which are cut when the layer's scope closes. */
export const layer = ({ connections }: Options): Layer.Layer<HttpExchange> =>
  Layer.effect(
    HttpExchange,
    Effect.gen(function* () {
      const agent = yield* makeAgent(connections)
      let ended = 0
      agent.on("disconnect", () => ended++)
      return HttpExchange.of({
        endedConnections: () => ended,
        get: (request) => exchange(agent, { ...request, method: "GET" }),
        post: ({ body, ...request }) => exchange(agent, { ...request, method: "POST", body: Redacted.value(body) })
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

interface Sent extends GetRequest {
  readonly method: "GET" | "POST"
  readonly body?: string
}

const exchange = Effect.fnUntraced(
  function* (dispatcher: Dispatcher, sent: Sent) {
    const { status, bytes, wait } = yield* send(dispatcher, sent)
    const retryAfter = readRetryAfter(status, wait, yield* Clock.currentTimeMillis)
    return { status, body: yield* decode(bytes), ...(retryAfter === undefined ? {} : { retryAfter }) }
  },
  Effect.timeoutOrElse({ duration: deadline, orElse: () => Effect.fail(new NoAnswer({ reason: "timeout" })) })
)

const send = (dispatcher: Dispatcher, { url, headers, ...sent }: Sent) =>
  Effect.tryPromise({
    try: async (signal) => {
      const answer = await request(url, { dispatcher, signal, headers: { ...headers }, ...sent })
      const { statusCode: status } = answer
      const bytes = status === 200 ? await answer.body.bytes() : discard(answer.body)
      return { status, bytes, wait: answer.headers["retry-after"] }
    },
    catch: (error) => new NoAnswer({ reason: reasons[codeOf(error)] ?? "unreachable" })
  })

/** Reads on for a second at most, so that the connection can be used again; nobody waits for it. */
const discard = (body: Dispatcher.ResponseData["body"]): Uint8Array => {
  body.dump({ limit: maxBody, signal: AbortSignal.timeout(1000) }).catch(() => undefined)
  return new Uint8Array()
}

const decode = (bytes: Uint8Array) =>
  Effect.try({ try: () => utf8.decode(bytes), catch: () => new NoAnswer({ reason: "notUtf8" }) })

const utf8 = new TextDecoder("utf-8", { fatal: true })

const reasons: Readonly<Record<string, NoAnswer["reason"]>> = {
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "tooLarge",
  UND_ERR_HEADERS_OVERFLOW: "tooLarge",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  HTTPParserError: "notHttp"
}
