import { Context, type Effect } from "effect"
import type { Recorded } from "../domain/Outcome.ts"

/** Tells the user an outcome that the ledger holds. It cannot fail; what nobody heard is still in the ledger. */
export class Notifier extends Context.Service<
  Notifier,
  {
    announce(recorded: Recorded): Effect.Effect<void>
  }
>()("user-update-service/services/Notifier") {}
