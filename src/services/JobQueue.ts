import { Context, type Effect, type Scope } from "effect"
import type { JobRef } from "../domain/JobRef.ts"
import type { Recorded } from "../domain/Outcome.ts"

/** One delivery of a job. `data` is JSON text as it stands in Redis, absent where there is none. */
export interface Delivery {
  readonly job: JobRef
  readonly data: string | undefined
  readonly name: string
  readonly deliveredBefore: boolean
}

/** Delivers jobs, at least once each, and ends each one as its outcome says. */
export class JobQueue extends Context.Service<
  JobQueue,
  {
    /** Takes jobs until the scope closes; then takes no new ones and lets the running ones end, within `SHUTDOWN_GRACE`. */
    consume<R>(handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>): Effect.Effect<void, never, R | Scope.Scope>
  }
>()("user-update-service/services/JobQueue") {}
