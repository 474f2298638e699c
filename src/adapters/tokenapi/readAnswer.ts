import { Result, Schema } from "effect"
import { InvalidToken, VerifierUnavailable } from "../../domain/Errors.ts"
import { readJsonObject } from "../../domain/JsonObject.ts"
import { hasExpired, subjectOf, TokenClaims } from "../../domain/TokenClaims.ts"
import { type Answer, isOverloaded } from "../../services/HttpExchange.ts"
import { type Subject } from "../../services/TokenVerifier.ts"

/**
 * What an answer of the token service means at `now`, in milliseconds since 1970: row by row the table of README, wire contract 2.
 * 5xx, 408 and 429 are `overloaded`; anything that says nothing about the token is `badAnswer`.
 */
export const readAnswer = (
  { status, body }: Answer,
  now: number
): Result.Result<Subject, InvalidToken | VerifierUnavailable> => {
  if (status === 200) return Result.flatMap(readVerdict(body), (verdict) => judge(verdict, now))
  if (status === 401) return invalid("refused")
  return unavailable(isOverloaded(status) ? "overloaded" : "badAnswer")
}

const Verdict = Schema.Union([
  Schema.Struct({ Status: Schema.Literal(false) }),
  Schema.Struct({ Status: Schema.Literal(true), Id: TokenClaims })
])
type Verdict = typeof Verdict.Type

const readVerdict = (body: string): Result.Result<Verdict, VerifierUnavailable> =>
  Result.mapError(decodeVerdict(readJsonObject(body)), () => new VerifierUnavailable({ reason: "badAnswer" }))

const decodeVerdict = Schema.decodeUnknownResult(Verdict)

const judge = (verdict: Verdict, now: number): Result.Result<Subject, InvalidToken> => {
  if (!verdict.Status) return invalid("refused")
  return hasExpired(verdict.Id, now) ? invalid("expired") : subjectOf(verdict.Id)
}

const invalid = (reason: InvalidToken["reason"]) => Result.fail(new InvalidToken({ reason }))

const unavailable = (reason: VerifierUnavailable["reason"]) => Result.fail(new VerifierUnavailable({ reason }))
