import { Result, Schema } from "effect"
import { InvalidToken } from "../../domain/Errors.ts"
import type { JsonObject } from "../../domain/JsonObject.ts"
import { clockTolerance, isFromTheFuture, subjectOf, TokenClaims } from "../../domain/TokenClaims.ts"
import { type Subject } from "../../services/TokenVerifier.ts"

/** The `iss` and `aud` that tokens must carry where they are given (README, wire contract 2). */
export interface Expected {
  readonly issuer?: string
  readonly audience?: string
}

/** Whom claims name that a good signature vouches for, at a moment in milliseconds since 1970. `InvalidToken` says what is wrong with them. */
export const judgeClaims = (payload: unknown, now: number): Result.Result<Subject, InvalidToken> =>
  Result.flatMap(
    Result.mapError(decodeClaims(payload), () => invalid("claims")),
    (claims) => (isFromTheFuture(claims, now) ? Result.fail(invalid("notYetValid")) : subjectOf(claims))
  )

/** What RFC 7519, 4.1 and the deployment demand of the registered claims, in the order in which jose's `jwtVerify` asks. */
export const checkRegistered = (
  payload: JsonObject,
  { issuer, audience }: Expected,
  now: number
): Result.Result<JsonObject, InvalidToken> => {
  const seconds = Math.floor(now / 1000)
  const { iss, aud, iat, nbf, exp } = payload
  if (exp === undefined) return Result.fail(invalid("claims"))
  if (issuer !== undefined && iss !== issuer) return Result.fail(invalid("claims"))
  if (audience !== undefined && aud !== audience && !(Array.isArray(aud) && aud.includes(audience)))
    return Result.fail(invalid("claims"))
  if (!isTime(iat) || !isTime(nbf)) return Result.fail(invalid("claims"))
  if (nbf !== undefined && nbf > seconds + clockTolerance) return Result.fail(invalid("notYetValid"))
  if (!isTime(exp)) return Result.fail(invalid("claims"))
  return exp !== undefined && exp <= seconds - clockTolerance ? Result.fail(invalid("expired")) : Result.succeed(payload)
}

const isTime = (claim: unknown): claim is number | undefined => claim === undefined || typeof claim === "number"

const decodeClaims = Schema.decodeUnknownResult(TokenClaims)

const invalid = (reason: InvalidToken["reason"]) => new InvalidToken({ reason })
