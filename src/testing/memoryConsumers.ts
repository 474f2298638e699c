import { Duration, Effect, Exit, FiberSet } from "effect"
import { backoff } from "../domain/backoff.ts"
import { type Lanes, makeLanes } from "../domain/lanes.ts"
import type { Recorded } from "../domain/Outcome.ts"
import type { Delivery, JobQueue } from "../services/JobQueue.ts"
import type { MemoryJobs, Taken } from "./memoryJobs.ts"

/** What a worker asks of Redis for each job: to mark it as picked up, to erase its data, to end it, or to hand it back. */
export type RedisRequest = "pickUp" | "erase" | "end" | "handBack"

/** What becomes of a request. `away` says that no answer came, whether or not the request was carried out. */
export type RedisCall = <A>(request: RedisRequest, jobId: string, call: Effect.Effect<A>) => Effect.Effect<A, "away">

/**
 * `concurrency` is for each consumer; `grace` is how long its jobs may go on when its scope closes (`SHUTDOWN_GRACE`). A consumer
 * that is not alive is given no job.
 */
export interface ConsumerOptions {
  readonly concurrency: number
  readonly grace: Duration.Duration
  readonly redis: RedisCall
  readonly isAlive: () => boolean
}

/** Those who consume a queue in memory. */
export interface MemoryConsumers {
  readonly consume: (options: ConsumerOptions) => JobQueue["Service"]["consume"]
  /** Gives the jobs that wait to the consumers that are free, in turn. */
  readonly deliver: () => void
}

interface Consumer {
  readonly isFree: () => boolean
  readonly run: (taken: Taken) => void
}

type Handle<R> = (delivery: Delivery) => Effect.Effect<Recorded, never, R>

/**
 * A job ends as its outcome says; one whose end nobody confirmed is left as it is. The job of an interrupted fiber keeps its slot until
 * the scope closes; what runs longer than the grace is then interrupted, and waits again before all others. `changed` is called
 * whenever jobs or slots have changed.
 */
export const makeConsumers = (jobs: MemoryJobs, changed: () => void): MemoryConsumers => {
  const consumers = new Set<Consumer>()

  const work = Effect.fnUntraced(function* <R>(taken: Taken, handle: Handle<R>, redis: RedisCall, lanes: Lanes) {
    const ask = <A>(request: RedisRequest, call: () => A) => redis(request, taken.id, Effect.sync(call))
    const handBack = Effect.ignore(ask("handBack", () => jobs.handBack(taken)))
    const run = Effect.gen(function* () {
      const delivery = yield* untilAnswered(ask("pickUp", () => jobs.pickUp(taken)))
      if (delivery === undefined) return
      const isSuspect = delivery.lostRuns > 0
      const begin = Effect.sync(() => isSuspect && jobs.begin(taken))
      const exit = yield* Effect.exit((isSuspect ? lanes.alone : lanes.beside)(Effect.andThen(begin, handle(delivery))))
      if (Exit.hasInterrupts(exit)) return yield* Effect.never
      yield* untilAnswered(ask("erase", () => jobs.erase(taken)))
      yield* Effect.ignore(ask("end", () => jobs.end(taken, Exit.isSuccess(exit) ? exit.value : undefined)))
    })
    yield* Effect.onInterrupt(run, () => handBack)
  })

  return {
    deliver: () => {
      for (let consumer = firstFree(consumers); consumer !== undefined; consumer = firstFree(consumers)) {
        const taken = jobs.take()
        if (taken === undefined) return
        consumers.delete(consumer)
        consumers.add(consumer)
        consumer.run(taken)
      }
    },
    consume: ({ concurrency, grace, isAlive, redis }) =>
      Effect.fnUntraced(function* <R>(handle: Handle<R>) {
        const lanes = yield* makeLanes
        const running = yield* FiberSet.make()
        const fork = yield* FiberSet.runtime(running)<R>()
        let free = concurrency
        const consumer: Consumer = {
          isFree: () => free > 0 && isAlive(),
          run: (taken) => {
            free -= 1
            const release = Effect.sync(() => {
              free += 1
              changed()
            })
            fork(Effect.ensuring(work(taken, handle, redis, lanes), release))
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

const untilAnswered = <A>(request: Effect.Effect<A, "away">): Effect.Effect<A> =>
  Effect.orDie(Effect.retry(request, { schedule: backoff }))

const firstFree = (consumers: ReadonlySet<Consumer>): Consumer | undefined =>
  [...consumers].find((consumer) => consumer.isFree())
