import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto"
import { Clock, Effect, Layer, Redacted, Result } from "effect"
import { InvalidToken } from "../../domain/Errors.ts"
import { secretProblem } from "../../domain/secretProblem.ts"
import { TokenVerifier } from "../../services/TokenVerifier.ts"
import { checkRegistered, type Expected, judgeClaims } from "./judgeClaims.ts"
import { checkStrictJwt } from "./StrictJwt.ts"

/** The shared secret, and what tokens must carry beside what they always must. */
export interface Options extends Expected {
  readonly secret: Redacted.Redacted
}

/**
 * Verifies tokens here, signed HS256 with one secret (RFC 7518, 3.2). It is never unavailable, so every error is an `InvalidToken`. A
 * secret that {@link secretProblem} objects to is a defect of the layer: the configuration asks first. The HMAC is Node's own, computed
 * where it is asked for: WebCrypto, which jose uses, sends each one through a pool of threads, at many times its cost.
 */
export const layer = ({ secret, ...expected }: Options): Layer.Layer<TokenVerifier> =>
  Layer.effect(
    TokenVerifier,
    Effect.map(importSecret(secret), (key) =>
      TokenVerifier.of({
        verify: (token) => Effect.flatMap(Clock.currentTimeMillis, (now) => verify(Redacted.value(token), key, expected, now))
      })
    )
  )

const verify = (text: string, key: KeyObject, expected: Expected, now: number) =>
  Effect.fromResult(
    checkStrictJwt(text, ["HS256"]).pipe(
      Result.flatMap(({ payload }) => (isSigned(text, key) ? checkRegistered(payload, expected, now) : forged)),
      Result.flatMap((payload) => judgeClaims(payload, now))
    )
  )

const isSigned = (text: string, key: KeyObject): boolean => {
  const end = text.lastIndexOf(".")
  const given = Buffer.from(text.slice(end + 1), "base64url")
  const computed = createHmac("sha256", key).update(text.slice(0, end)).digest()
  return given.length === computed.length && timingSafeEqual(given, computed)
}

const forged = Result.fail(new InvalidToken({ reason: "signature" }))

const importSecret = (secret: Redacted.Redacted) =>
  Effect.suspend(() => {
    const problem = secretProblem(secret)
    if (problem !== undefined) return Effect.die(new Error(`The secret of HS256 ${problem}`))
    return Effect.succeed(createSecretKey(Buffer.from(Redacted.value(secret))))
  })
