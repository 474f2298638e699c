import { Context, type Effect, type Scope } from "effect"
import type { JobRef } from "../domain/JobRef.ts"
import type { Recorded } from "../domain/Outcome.ts"

/**
 * One delivery of a job. `data` is JSON text as it stands in Redis, absent where there is none. `lostRuns` is how many of its earlier
 * runs ended without a word: each may have been ended by a kill of its process, and the job may be what killed it. Such a
 * job is delivered while no other runs in the same process: it waits two seconds at most for those to end, and none begins in its
 * first second.
 */
export interface Delivery {
  readonly job: JobRef
  readonly data: string | undefined
  readonly name: string
  readonly deliveredBefore: boolean
  readonly lostRuns: number
}

/** Delivers jobs, at least once each, and ends each one as its outcome says. */
export class JobQueue extends Context.Service<
  JobQueue,
  {
    /** Takes jobs until the scope closes; then takes no new ones and lets the running ones end, within `SHUTDOWN_GRACE`; others are handed back. */
    consume<R>(handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>): Effect.Effect<void, never, R | Scope.Scope>
  }
>()("user-update-service/services/JobQueue") {}
