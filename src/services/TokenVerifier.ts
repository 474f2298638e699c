import { Context, type Effect, type Redacted } from "effect"
import type { InvalidToken, VerifierUnavailable } from "../domain/Errors.ts"

/** Whom a good token names, letter for letter, and until when it holds (milliseconds since 1970). */
export interface Subject {
  readonly id: string
  readonly expiresAt: number
}

/**
 * Tells whom a token names. It tries again by itself while the verifier is away, without end: the caller sets the deadline.
 * `InvalidToken` condemns the token, `VerifierUnavailable` says nothing about it.
 */
export class TokenVerifier extends Context.Service<
  TokenVerifier,
  {
    verify(token: Redacted.Redacted): Effect.Effect<Subject, InvalidToken | VerifierUnavailable>
  }
>()("user-update-service/services/TokenVerifier") {}
