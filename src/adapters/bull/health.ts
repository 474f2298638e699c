import { type Queue } from "bull"
import { Effect } from "effect"
import { type Taking } from "./runQueue.ts"

/** Whether Redis answers. */
export const pings = (queue: Queue): Effect.Effect<void, string> =>
  Effect.asVoid(Effect.tryPromise({ try: () => queue.client.ping(), catch: () => "does not answer" }))

/** Whether this process takes jobs: its loop runs, and the queue was not paused for everybody. */
export const takesJobs = (queue: Queue, taking: Taking): Effect.Effect<void, string> =>
  Effect.tryPromise({ try: () => queue.isPaused(), catch: () => "redis does not answer" }).pipe(
    Effect.filterOrFail(
      () => !taking.failed(),
      () => "the queue could not be opened"
    ),
    Effect.flatMap((paused) => (paused ? Effect.fail("the queue is paused") : Effect.void))
  )
