import { Duration, Effect, Exit, FiberSet } from "effect"
import type { Recorded } from "../domain/Outcome.ts"
import type { Delivery, JobQueue } from "../services/JobQueue.ts"
import type { MemoryJobs } from "./memoryJobs.ts"

/** `concurrency` is for each consumer; `grace` is how long its jobs may go on when its scope closes (`SHUTDOWN_GRACE`). */
export interface ConsumerOptions {
  readonly concurrency: number
  readonly grace: Duration.Duration
}

/** Those who consume a queue in memory. */
export interface MemoryConsumers extends Pick<JobQueue["Service"], "consume"> {
  /** Gives the jobs that wait to the consumers that are free. */
  readonly deliver: () => void
}

interface Consumer {
  readonly isFree: () => boolean
  readonly run: (delivery: Delivery) => void
}

/**
 * A job ends as its outcome says. The job of an interrupted fiber keeps its slot until the scope closes; what runs longer than the
 * grace is then interrupted, and waits again before all others. `changed` is called whenever jobs or slots have changed.
 */
export const makeConsumers = (
  jobs: MemoryJobs,
  { concurrency, grace }: ConsumerOptions,
  changed: () => void
): MemoryConsumers => {
  const consumers = new Set<Consumer>()

  const work = <R>({ job, ...delivery }: Delivery, handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>) =>
    Effect.exit(handle({ job, ...delivery })).pipe(
      Effect.tap((exit) => (Exit.hasInterrupts(exit) ? Effect.never : Effect.void)),
      Effect.map((exit) => jobs.end(job.jobId, Exit.isSuccess(exit) ? exit.value : undefined)),
      Effect.onInterrupt(() => Effect.sync(() => jobs.handBack(job.jobId)))
    )

  return {
    deliver: () => {
      for (const consumer of consumers) {
        while (consumer.isFree()) {
          const delivery = jobs.take()
          if (delivery === undefined) return
          consumer.run(delivery)
        }
      }
    },
    consume: Effect.fnUntraced(function* <R>(handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>) {
      const running = yield* FiberSet.make()
      const fork = yield* FiberSet.runtime(running)<R>()
      let free = concurrency
      const consumer: Consumer = {
        isFree: () => free > 0,
        run: (delivery) => {
          free -= 1
          const release = Effect.sync(() => {
            free += 1
            changed()
          })
          fork(Effect.ensuring(work(delivery, handle), release))
        }
      }
      const start = Effect.sync(() => {
        consumers.add(consumer)
        changed()
      })
      yield* Effect.acquireRelease(start, () =>
        Effect.suspend(() => {
          consumers.delete(consumer)
          return Duration.isZero(grace) ? Effect.void : Effect.timeoutOption(FiberSet.awaitEmpty(running), grace)
        })
      )
    })
  }
}
