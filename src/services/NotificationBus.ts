import { Context, type Effect, type Scope } from "effect"
import type { Recorded } from "../domain/Outcome.ts"

/**
 * Carries outcomes from the process that recorded them to the hubs of all others. It may lose some while it is away: the ledger
 * still has them. A process never hears what it published itself.
 */
export class NotificationBus extends Context.Service<
  NotificationBus,
  {
    /** Hands an outcome to the other processes; gives up after two seconds. */
    publish(recorded: Recorded): Effect.Effect<void>
    /**
     * Hears what other processes publish, in their order, until the scope closes. Returns when that has begun, or after two seconds
     * if the bus is away: it then begins by itself. `resumed` runs each time that it hears again after it was away.
     */
    subscribe(
      handle: (recorded: Recorded) => Effect.Effect<void>,
      resumed: Effect.Effect<void>
    ): Effect.Effect<void, never, Scope.Scope>
  }
>()("user-update-service/services/NotificationBus") {}
