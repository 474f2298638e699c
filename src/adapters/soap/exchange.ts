import { Effect, Redacted } from "effect"
import { EncryptionFailed } from "../../domain/Errors.ts"
import { makeHeed } from "../../domain/retryAfter.ts"
import { type Answer, type HttpExchange, isOverloaded, whyUnanswered } from "../../services/HttpExchange.ts"
import { type Pair } from "./encodeRequest.ts"
import { isEncryptResponse } from "./isEncryptResponse.ts"
import { makeSoapClient } from "./SoapClient.ts"

/** Sends one encoded request, once, and reads its answer: the two ciphertexts. */
export type Exchange = (request: string) => Effect.Effect<Pair, EncryptionFailed>

/**
 * One exchange with the service at a URL, not before the time that the last one named (`Retry-After`). The answer is judged before `soap`
 * sees it.
 */
export const makeExchange = Effect.fnUntraced(function* (
  url: string,
  { post }: HttpExchange["Service"]
): Effect.fn.Return<Exchange> {
  const call = yield* makeSoapClient(url)
  const heed = makeHeed()
  return Effect.fnUntraced(function* (request) {
    const { envelope, headers, read } = call(request)
    const answer = yield* heed(post({ url, headers, body: Redacted.make(envelope) })).pipe(
      Effect.mapError((error) => new EncryptionFailed({ reason: whyUnanswered(error) }))
    )
    const refusal = refuse(answer)
    if (refusal !== undefined) return yield* new EncryptionFailed({ reason: refusal })
    const { EncryptedPhone, EncryptedPassword } = yield* read(answer.body).pipe(
      Effect.mapError(() => new EncryptionFailed({ reason: "badAnswer" }))
    )
    return { phone: EncryptedPhone, password: EncryptedPassword }
  })
})

const refuse = ({ status, body }: Answer): EncryptionFailed["reason"] | undefined => {
  if (isOverloaded(status)) return "overloaded"
  if (status !== 200) return "rejected"
  return isEncryptResponse(body) ? undefined : "badAnswer"
}
