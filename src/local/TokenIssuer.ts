import { Effect, Redacted } from "effect"
import { SignJWT } from "jose"

/** How a token differs from the ordinary one. `lifetime` counts in seconds from `issuedAt` and may be negative: already expired. */
export interface TokenOptions {
  readonly issuedAt?: Date
  readonly lifetime?: number
}

/** A token of the deployment (README, wire contract 2): HS256, with the claims `{ Id, iat, exp }`, one hour by default. */
export const issueToken = (
  secret: Redacted.Redacted,
  id: string,
  { issuedAt = new Date(), lifetime = 3600 }: TokenOptions = {}
): Effect.Effect<string> => {
  const iat = Math.floor(issuedAt.getTime() / 1000)
  return Effect.promise(() =>
    new SignJWT({ Id: id, iat, exp: iat + lifetime })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(new TextEncoder().encode(Redacted.value(secret)))
  )
}
