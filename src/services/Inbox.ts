import { Context, type Effect } from "effect"
import type { Recorded } from "../domain/Outcome.ts"
import type { UserId } from "../domain/UserId.ts"

/**
 * What users have to hear, read from the ledger in the order of their positions. While MySQL is away every method waits for it,
 * without end.
 */
export class Inbox extends Context.Service<
  Inbox,
  {
    /** The position of the user's newest outcome, 0 where there is none. */
    last(userId: UserId): Effect.Effect<number>
    /** The user's outcomes after a position, oldest first, a hundred at most. */
    after(userId: UserId, position: number): Effect.Effect<ReadonlyArray<Recorded>>
    /** Of these, those that no client of the user has received. */
    unheard(userId: UserId, after: number): Effect.Effect<ReadonlyArray<Recorded>>
    /** Notes that a client of the user has received everything up to a position; the first time stands. */
    received(userId: UserId, position: number): Effect.Effect<void>
    /** Which of these users have an outcome after the position given for each. */
    behind(positions: ReadonlyMap<UserId, number>): Effect.Effect<ReadonlyArray<UserId>>
  }
>()("user-update-service/services/Inbox") {}
