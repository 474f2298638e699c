import { Context, type Effect } from "effect"
import type { JobIdentity } from "../domain/JobRef.ts"
import type { Recorded } from "../domain/Outcome.ts"

/**
 * What this process still has to hand over to a hub elsewhere, kept in the ledger, so that it outlives the process. While MySQL is away
 * every method waits for it, without end.
 */
export class Outbox extends Context.Service<
  Outbox,
  {
    /**
     * Says that this process is alive; to be run every two seconds. Takes over what processes that have been silent for eight had to
     * hand over: each by one process. Whether there were any.
     */
    readonly beat: Effect.Effect<boolean>
    /** What was not handed over yet, each user's outcomes in the order of their positions: at most `limit`. */
    untold(limit: number): Effect.Effect<ReadonlyArray<Recorded>>
    /** Notes that the hub has received these; the first time stands. */
    told(identities: ReadonlyArray<JobIdentity>): Effect.Effect<void>
    /** Says that this process ends, so that others take over at once. */
    readonly leave: Effect.Effect<void>
  }
>()("user-update-service/services/Outbox") {}
