import { Clock, Effect, Layer, Redacted, Result, Schema } from "effect"
import { errors, jwtVerify, type JWTVerifyOptions } from "jose"
import { InvalidToken } from "../../domain/Errors.ts"
import { secretProblem } from "../../domain/secretProblem.ts"
import { clockTolerance, isFromTheFuture, subjectOf, TokenClaims } from "../../domain/TokenClaims.ts"
import { TokenVerifier } from "../../services/TokenVerifier.ts"
import { checkStrictJwt } from "./StrictJwt.ts"

/** The shared secret, and the `iss` and `aud` that tokens must carry where they are given (README, wire contract 2). */
export interface Options {
  readonly secret: Redacted.Redacted
  readonly issuer?: string
  readonly audience?: string
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
          yield* Effect.fromResult(checkStrictJwt(text, algorithms))
          const payload = yield* verifySignature(text, key, { ...expected, currentDate: new Date(now) })
          const claims = yield* Effect.fromResult(readClaims(payload))
          if (isFromTheFuture(claims, now)) return yield* new InvalidToken({ reason: "notYetValid" })
          return yield* Effect.fromResult(subjectOf(claims))
        })
      })
    })
  )

const algorithms = ["HS256"]

const importSecret = Effect.fnUntraced(function* (secret: Redacted.Redacted) {
  const problem = secretProblem(secret)
  if (problem !== undefined) return yield* Effect.die(new Error(`The secret of HS256 ${problem}`))
  return yield* Effect.promise(() =>
    crypto.subtle.importKey("raw", Buffer.from(Redacted.value(secret)), { name: "HMAC", hash: "SHA-256" }, false, ["verify"])
  )
})

const verifySignature = (text: string, key: CryptoKey, options: JWTVerifyOptions) =>
  Effect.tryPromise({
    try: () => jwtVerify(text, key, { ...options, algorithms, requiredClaims: ["exp"], clockTolerance }),
    catch: (error) => new InvalidToken({ reason: reasonOf(error) })
  }).pipe(Effect.map(({ payload }) => payload))

const readClaims = (payload: unknown) => Result.mapError(decodeClaims(payload), () => new InvalidToken({ reason: "claims" }))

const decodeClaims = Schema.decodeUnknownResult(TokenClaims)

const reasonOf = (error: unknown): InvalidToken["reason"] => {
  if (!(error instanceof errors.JOSEError)) return "malformed"
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf" && error.reason === "check_failed")
    return "notYetValid"
  return reasons[error.code] ?? "malformed"
}

const reasons: Readonly<Record<string, InvalidToken["reason"]>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: "algorithm",
  ERR_JOSE_NOT_SUPPORTED: "algorithm",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "signature",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "claims",
  ERR_JWT_EXPIRED: "expired"
}
