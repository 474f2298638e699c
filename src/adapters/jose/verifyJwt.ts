import { Effect } from "effect"
import { errors, jwtVerify, type JWTVerifyOptions } from "jose"
import { InvalidToken } from "../../domain/Errors.ts"
import { clockTolerance } from "../../domain/TokenClaims.ts"
import { type Expected, judgeClaims } from "./judgeClaims.ts"

/** With what a token is verified: one key, the one algorithm that it is for, and the moment, in milliseconds since 1970. */
export interface Verification {
  readonly key: CryptoKey
  readonly algorithm: string
  readonly expected: Expected
  readonly now: number
}

/**
 * Verifies the signature and the claims of a token whose text `checkStrictJwt` has taken, and tells whom it names. `InvalidToken`
 * says what was wrong; jose's errors, which carry the claims, end here.
 */
export const verifyJwt = Effect.fnUntraced(function* (text: string, { key, algorithm, expected, now }: Verification) {
  const payload = yield* verifySignature(text, key, {
    ...expected,
    algorithms: [algorithm],
    currentDate: new Date(now),
    clockTolerance,
    requiredClaims: ["exp"]
  })
  return yield* Effect.fromResult(judgeClaims(payload, now))
})

const verifySignature = (text: string, key: CryptoKey, options: JWTVerifyOptions) =>
  Effect.tryPromise({
    try: () => jwtVerify(text, key, options),
    catch: (error) => new InvalidToken({ reason: reasonOf(error) })
  }).pipe(Effect.map(({ payload }) => payload))

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
