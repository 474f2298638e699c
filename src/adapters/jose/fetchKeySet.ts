import { Effect } from "effect"
import { VerifierUnavailable } from "../../domain/Errors.ts"
import { makeHeed } from "../../domain/retryAfter.ts"
import { type Answer, type HttpExchange, isOverloaded, NoAnswer, whyUnanswered } from "../../services/HttpExchange.ts"
import { readKeySet, type VerificationKey } from "./readKeySet.ts"

/**
 * Fetches the key set at `url` once, within two seconds. What may pass by itself is `unreachable`, `timeout` or `overloaded` (5xx, 408,
 * 429), and the next fetch is not before the time that the answer named (`Retry-After`); any other answer that is not a key set with a usable key is `badAnswer`, a redirect too.
 */
export const fetchKeySet = (
  http: HttpExchange["Service"],
  url: string
): Effect.Effect<ReadonlyArray<VerificationKey>, VerifierUnavailable> =>
  http.get({ url, headers: { accept: "application/jwk-set+json, application/json" } }).pipe(
    Effect.timeoutOrElse({ duration: "2 seconds", orElse: () => Effect.fail(new NoAnswer({ reason: "timeout" })) }),
    makeHeed(),
    Effect.mapError((error) => new VerifierUnavailable({ reason: whyUnanswered(error) })),
    Effect.flatMap(readAnswer)
  )

const readAnswer = ({ status, body }: Answer) =>
  status === 200
    ? readKeySet(body)
    : Effect.fail(new VerifierUnavailable({ reason: isOverloaded(status) ? "overloaded" : "badAnswer" }))
