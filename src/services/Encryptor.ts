import { Context, type Effect, type Redacted } from "effect"
import type { EncryptionFailed } from "../domain/Errors.ts"

/** A phone number and a password: in plain text on the way in, as base64 ciphertexts on the way out. */
export interface Credentials {
  readonly phone: Redacted.Redacted
  readonly password: Redacted.Redacted
}

/**
 * Has phone and password encrypted, exactly as the user typed them or not at all. It tries again by itself while the service is
 * away, without end: the caller sets the deadline.
 */
export class Encryptor extends Context.Service<
  Encryptor,
  {
    encrypt(plain: Credentials): Effect.Effect<Credentials, EncryptionFailed>
  }
>()("user-update-service/services/Encryptor") {}
