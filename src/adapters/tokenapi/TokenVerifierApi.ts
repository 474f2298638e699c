import { Clock, Effect, Layer, Redacted } from "effect"
import { InvalidToken, VerifierUnavailable } from "../../domain/Errors.ts"
import { isTransient } from "../../domain/isTransient.ts"
import { makeHeed } from "../../domain/retryAfter.ts"
import { retryTransient } from "../../domain/retryTransient.ts"
import { Breakers } from "../../services/Breakers.ts"
import { HttpExchange, whyUnanswered } from "../../services/HttpExchange.ts"
import { TokenVerifier } from "../../services/TokenVerifier.ts"
import { readAnswer } from "./readAnswer.ts"

/** Where the token service is, with or without a slash at its end (`API_JWT`). */
export interface Options {
  readonly url: string
}

const maxBytes = 16 * 1024

/**
 * Has tokens verified by the external API: `POST {url}/Verify_Jwt` (README, wire contract 2). What {@link isTransient} is tried
 * again, not before the time that the last answer named (`Retry-After`). A token that is empty or has more than 16 KiB is `malformed` without asking.
 */
export const layer = ({ url }: Options): Layer.Layer<TokenVerifier, never, HttpExchange | Breakers> =>
  Layer.effect(
    TokenVerifier,
    Effect.gen(function* () {
      const ask = makeAsk(yield* HttpExchange, `${url.endsWith("/") ? url : `${url}/`}Verify_Jwt`)
      const breakers = yield* Breakers
      const guarded = yield* breakers.guard("verifier", {
        whyAway: (error: InvalidToken | VerifierUnavailable) => (isTransient(error) ? error.reason : undefined),
        probe: Effect.flatMap(Clock.currentTimeMillis, (now) => ask("made-up", now))
      })
      return TokenVerifier.of({
        verify: Effect.fnUntraced(function* (token) {
          const text = Redacted.value(token)
          if (text === "" || Buffer.byteLength(text) > maxBytes) return yield* new InvalidToken({ reason: "malformed" })
          const now = yield* Clock.currentTimeMillis
          return yield* ask(text, now).pipe(guarded, retryTransient)
        })
      })
    })
  )

const makeAsk = (http: HttpExchange["Service"], url: string) => {
  const heed = makeHeed()
  return Effect.fnUntraced(function* (token: string, now: number) {
    const body = Redacted.make(JSON.stringify({ Token: token }))
    const answer = yield* heed(http.post({ url, headers, body })).pipe(
      Effect.mapError((error) => new VerifierUnavailable({ reason: whyUnanswered(error) }))
    )
    return yield* Effect.fromResult(readAnswer(answer, now))
  })
}

const headers = { "content-type": "application/json", accept: "application/json" }
