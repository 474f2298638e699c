import { Effect, Redacted } from "effect"
import { EncryptionFailed } from "../../domain/Errors.ts"
import { makeHeed } from "../../domain/retryAfter.ts"
import { type Answer, type HttpExchange, isOverloaded, whyUnanswered } from "../../services/HttpExchange.ts"
import { type Pair } from "./encodeRequest.ts"
import { makeAnswerReader } from "./makeAnswerReader.ts"
import { makeEnvelope } from "./envelope.ts"

/** Sends one encoded request, once, and reads its answer: the two ciphertexts. */
export type Exchange = (request: string) => Effect.Effect<Pair, EncryptionFailed>

/** One exchange with the service at a URL, not before the time that the last one named (`Retry-After`). */
export const makeExchange = Effect.fnUntraced(function* (
  url: string,
  { post }: HttpExchange["Service"]
): Effect.fn.Return<Exchange> {
  const { headers, around } = yield* makeEnvelope(url)
  const heed = makeHeed()
  const readAnswer = makeAnswerReader()
  const judge = ({ status, body }: Answer) => {
    const pair = status === 200 ? readAnswer(body) : undefined
    return pair === undefined ? Effect.fail(new EncryptionFailed({ reason: refusal(status) })) : Effect.succeed(pair)
  }
  return (request) =>
    heed(post({ url, headers, body: Redacted.make(around(request)) })).pipe(
      Effect.mapError((error) => new EncryptionFailed({ reason: whyUnanswered(error) })),
      Effect.flatMap(judge)
    )
})

const refusal = (status: number): EncryptionFailed["reason"] => {
  if (isOverloaded(status)) return "overloaded"
  return status === 200 ? "badAnswer" : "rejected"
}
