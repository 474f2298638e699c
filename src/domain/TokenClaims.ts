import { Result, Schema } from "effect"
import { InvalidToken } from "./Errors.ts"
import { UserId } from "./UserId.ts"

/**
 * The claims that this service reads, each of its one type: times are whole seconds since 1970 (RFC 7519, 4.1), and `Id`, or `sub`,
 * names the user (README, wire contract 2). Other claims are dropped.
 */
export const TokenClaims = Schema.Struct({
  Id: Schema.optionalKey(Schema.String),
  sub: Schema.optionalKey(Schema.String),
  exp: Schema.Int,
  iat: Schema.optionalKey(Schema.Int),
  nbf: Schema.optionalKey(Schema.Int)
}).check(Schema.makeFilter(({ Id, sub }) => Id !== undefined || sub !== undefined, { expected: "a subject" }))
export type TokenClaims = typeof TokenClaims.Type

/** How far a token's times may be from this machine's clock, in seconds (README, wire contract 2). */
export const clockTolerance = 5

/**
 * Whom the claims name and until when, in milliseconds. `InvalidToken` with reason `claims` where `Id` and `sub` differ, or name
 * what cannot be a user.
 */
export const subjectOf = ({ Id, sub, exp }: TokenClaims): Result.Result<{ id: string; expiresAt: number }, InvalidToken> => {
  const id = Id ?? sub
  return isUserId(id) && (sub ?? id) === id
    ? Result.succeed({ id, expiresAt: exp * 1000 })
    : Result.fail(new InvalidToken({ reason: "claims" }))
}

/** Whether `exp` has passed at `now`, in milliseconds since 1970, with the tolerance (RFC 7519, 4.1.4). */
export const hasExpired = ({ exp }: TokenClaims, now: number): boolean => exp <= seconds(now) - clockTolerance

/** Whether `iat` lies in the future at `now`, in milliseconds since 1970, beyond the tolerance. */
export const isFromTheFuture = ({ iat }: TokenClaims, now: number): boolean =>
  iat !== undefined && iat > seconds(now) + clockTolerance

const isUserId = Schema.is(UserId)

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000)
