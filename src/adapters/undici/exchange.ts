import { Clock, type Duration, Effect } from "effect"
import type { Dispatcher } from "undici"
import { codeOf } from "../../domain/codeOf.ts"
import { readRetryAfter } from "../../domain/retryAfter.ts"
import { type Answer, type GetRequest, NoAnswer } from "../../services/HttpExchange.ts"
import { makeTimer } from "./Timer.ts"

/** The most bytes that the body of an answer may have. */
export const maxBody = 64 * 1024

interface Sent extends GetRequest {
  readonly method: "GET" | "POST"
  readonly body?: string
}

/**
 * Sends a request once and reads its answer within `deadline`. The body of one whose status is not 200 is read on for a second at most, so
 * that the connection can be used again; nobody waits for it.
 */
export const makeExchange = Effect.fnUntraced(function* (dispatcher: Dispatcher, deadline: Duration.Input) {
  const startDeadline = yield* makeTimer(deadline)
  const startDiscarding = yield* makeTimer("1 second")

  return ({ url, ...sent }: Sent): Effect.Effect<Answer, NoAnswer> =>
    Effect.callback((resume) => {
      const chunks: Array<Buffer> = []
      let controller: Dispatcher.DispatchController | undefined
      let isGivenUp = false
      let status = 0

      // Whoever waits goes on, and may send again, when undici has returned from its parser.
      const tell = (answer: Effect.Effect<Answer, NoAnswer>) => queueMicrotask(() => resume(answer))
      const giveUp = () => {
        isGivenUp = true
        controller?.abort(givenUp)
      }
      let stopTimer = startDeadline(() => {
        tell(late)
        giveUp()
      })

      dispatcher.dispatch(
        { ...addressOf(url), ...sent },
        {
          onRequestStart: (started) => {
            if (isGivenUp) throw givenUp
            controller = started
          },
          onResponseStart: (_, statusCode, headers) => {
            status = statusCode
            if (status <= 200) return
            tell(bodiless(status, headers["retry-after"]))
            stopTimer()
            stopTimer = startDiscarding(giveUp)
          },
          onResponseData: (_, chunk) => {
            if (status === 200) chunks.push(chunk)
          },
          onResponseEnd: () => {
            stopTimer()
            tell(decode(chunks))
          },
          onResponseError: (_, error) => {
            stopTimer()
            tell(Effect.fail(new NoAnswer({ reason: reasons[codeOf(error)] ?? "unreachable" })))
          }
        }
      )
      return Effect.sync(() => {
        stopTimer()
        giveUp()
      })
    })
})

const givenUp = new Error("given up")

const late = Effect.suspend(() => Effect.fail(new NoAnswer({ reason: "timeout" })))

const addressOf = (url: string) => {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: pathname + search }
}

const bodiless = (status: number, wait: unknown): Effect.Effect<Answer> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const retryAfter = readRetryAfter(status, wait, now)
    return { status, body: "", ...(retryAfter === undefined ? {} : { retryAfter }) }
  })

const decode = (chunks: ReadonlyArray<Buffer>): Effect.Effect<Answer, NoAnswer> => {
  const [only = Buffer.alloc(0)] = chunks
  try {
    return Effect.succeed({ status: 200, body: utf8.decode(chunks.length > 1 ? Buffer.concat(chunks) : only) })
  } catch {
    return Effect.fail(new NoAnswer({ reason: "notUtf8" }))
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

const reasons: Readonly<Record<string, NoAnswer["reason"]>> = {
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "tooLarge",
  UND_ERR_HEADERS_OVERFLOW: "tooLarge",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  HTTPParserError: "notHttp"
}
