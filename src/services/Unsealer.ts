import { Context, type Effect, type Redacted } from "effect"
import type { InvalidJob } from "../domain/Errors.ts"

/**
 * Opens what a producer has sealed, a compact JWE (README, wire contract 1), and gives the text that was in it. `InvalidJob` is `sealed`
 * for whatever cannot be opened: it was not sealed for a key that is known here, or was changed on the way, or is no such JWE.
 */
export class Unsealer extends Context.Service<
  Unsealer,
  {
    unseal(sealed: string): Effect.Effect<Redacted.Redacted, InvalidJob>
  }
>()("user-update-service/services/Unsealer") {}
