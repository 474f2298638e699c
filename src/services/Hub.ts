import { Context, type Effect } from "effect"
import type { Recorded } from "../domain/Outcome.ts"

/** The messages hub of this process (README, wire contract 5). */
export class Hub extends Context.Service<
  Hub,
  {
    /** Tells the outcome to the user's clients that are connected here, at once. An outcome without a user is told to nobody. */
    deliver(recorded: Recorded): Effect.Effect<void>
  }
>()("user-update-service/services/Hub") {}
