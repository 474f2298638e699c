import { Context, type Effect, type Option } from "effect"
import type { JobIdentity, Place } from "../domain/JobRef.ts"

/**
 * Numbers the lives of a queue. Redis may lose its memory or go back in time; what it counts afterwards belongs to a new life, and
 * a later life comes after an earlier one.
 */
export class Lives extends Context.Service<
  Lives,
  {
    /** Begins a life after `after`, or names the one that another worker has begun after it. 0 means that none is known. */
    begin(after: number): Effect.Effect<number>
    /** Whether the ledger holds the number in this life for another job: Redis then counts it for the second time. */
    isTaken(place: Place, identity: JobIdentity): Effect.Effect<boolean>
    /** The highest number that the ledger knows of a life, 0 if none; absent where the queue has had no such life. */
    highest(life: number): Effect.Effect<Option.Option<number>>
  }
>()("user-update-service/services/Lives") {}
