import { type Duration, Effect, FiberSet, Layer } from "effect"
import type { Recorded } from "../../domain/Outcome.ts"
import type { RedisAddress } from "../../domain/RedisAddress.ts"
import { Breakers } from "../../services/Breakers.ts"
import { type Delivery, JobQueue } from "../../services/JobQueue.ts"
import type { Lives } from "../../services/Lives.ts"
import { Readiness } from "../../services/Readiness.ts"
import { holdBack } from "./holdBack.ts"
import { makeLanes } from "../../domain/lanes.ts"
import { openQueue } from "./openQueue.ts"
import { makeQueueLife } from "./QueueLife.ts"
import { interceptRawJobs } from "./rawJobs.ts"
import { pings, takesJobs } from "./health.ts"
import { allEnded, drain, startTaking } from "./runQueue.ts"
import { makeRunning } from "./running.ts"
import { makeWork } from "./work.ts"

/** Which queue, and how it is worked. `grace` is how long running jobs may go on when the scope closes (`SHUTDOWN_GRACE`). */
export interface JobQueueOptions {
  readonly redis: RedisAddress
  readonly prefix: string
  readonly name: string
  readonly concurrency: number
  readonly grace: Duration.Duration
}

/** Consumes a Bull 4 queue. All that is known of Bull and of its traps lives in this folder. */
export const layer = (options: JobQueueOptions): Layer.Layer<JobQueue, never, Lives | Readiness | Breakers> =>
  Layer.effect(
    JobQueue,
    Effect.gen(function* () {
      const readiness = yield* Readiness
      const queue = yield* openQueue(options)
      yield* readiness.register("redis", pings(queue))
      const log = Effect.runForkWith(yield* Effect.context<never>())
      const rawJobOf = interceptRawJobs(queue, () => void log(refusal))
      const keys = {
        base: queue.toKey(""),
        meta: queue.toKey("meta"),
        life: `${options.prefix}:${options.name}~life`,
        id: queue.toKey("id"),
        job: (id: string) => queue.toKey(id)
      }
      const breakers = yield* Breakers
      const life = yield* makeQueueLife(queue.client, keys)
      const work = makeWork({
        queue,
        prefix: options.prefix,
        keys,
        life,
        breakers,
        running: yield* makeRunning(queue),
        lanes: yield* makeLanes
      })

      return JobQueue.of({
        consume: Effect.fnUntraced(function* <R>(handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>) {
          yield* Effect.addFinalizer(() => Effect.timeoutOption(allEnded(queue), "2 seconds"))
          const fork = yield* FiberSet.makeRuntime<R, Recorded>()
          yield* Effect.acquireRelease(
            startTaking(queue, options.concurrency, (job) => fork(work(rawJobOf(job), handle))),
            () => drain(queue, options.grace)
          ).pipe(Effect.flatMap((taking) => readiness.register("worker", takesJobs(queue, taking))))
          yield* holdBack(queue, breakers)
        })
      })
    })
  )

const refusal = Effect.logWarning("an entry that can be no job was taken out of the queue")
