import { Clock, Effect, Layer, Redacted } from "effect"
import { secretProblem } from "../../domain/secretProblem.ts"
import { TokenVerifier } from "../../services/TokenVerifier.ts"
import { checkStrictJwt } from "./StrictJwt.ts"
import { type Expected, verifyJwt } from "./verifyJwt.ts"

/** The shared secret, and what tokens must carry beside what they always must. */
export interface Options extends Expected {
  readonly secret: Redacted.Redacted
}

/**
 * Verifies tokens here, signed HS256 with one secret. It is never unavailable, so every error is an `InvalidToken`. A secret that
 * {@link secretProblem} objects to is a defect of the layer: the configuration asks first.
 */
export const layer = ({ secret, ...expected }: Options): Layer.Layer<TokenVerifier> =>
  Layer.effect(
    TokenVerifier,
    Effect.gen(function* () {
      const key = yield* importSecret(secret)
      return TokenVerifier.of({
        verify: Effect.fnUntraced(function* (token) {
          const text = Redacted.value(token)
          const now = yield* Clock.currentTimeMillis
          const { algorithm } = yield* Effect.fromResult(checkStrictJwt(text, ["HS256"]))
          return yield* verifyJwt(text, { key, algorithm, expected, now })
        })
      })
    })
  )

const importSecret = Effect.fnUntraced(function* (secret: Redacted.Redacted) {
  const problem = secretProblem(secret)
  if (problem !== undefined) return yield* Effect.die(new Error(`The secret of HS256 ${problem}`))
  return yield* Effect.promise(() =>
    crypto.subtle.importKey("raw", Buffer.from(Redacted.value(secret)), { name: "HMAC", hash: "SHA-256" }, false, ["verify"])
  )
})
