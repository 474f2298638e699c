import { Clock, Context, Deferred, Duration, Effect, Layer, Scope } from "effect"
import { JobQueue } from "../services/JobQueue.ts"
import { type ConsumerOptions, makeConsumers } from "./memoryConsumers.ts"
import { makeJobs } from "./memoryJobs.ts"
import { type JobState, type MemoryJob, MemoryQueue } from "./MemoryQueue.ts"

/**
 * A queue in memory that delivers as the one on Redis does, on the `Clock` alone; {@link MemoryQueue} adds jobs. What a consumer
 * leaves unfinished when its scope closes waits for the next one at once. By default 20 jobs at a time, and no grace.
 */
export const layer = (options: Partial<ConsumerOptions> = {}): Layer.Layer<JobQueue | MemoryQueue> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const scope = yield* Scope.Scope
      const jobs = makeJobs()
      const awaited = new Map<string, Deferred.Deferred<MemoryJob>>()
      const changed = () => {
        deliver()
        for (const [id, deferred] of awaited) {
          const job = jobs.find(id)
          if (job !== undefined && hasEnded(job)) Deferred.doneUnsafe(deferred, Effect.succeed(job))
        }
      }
      const { consume, deliver } = makeConsumers(jobs, changed)
      const change = <A>(how: () => A): Effect.Effect<A> => Effect.tap(Effect.sync(how), () => Effect.sync(changed))

      const queue = MemoryQueue.of({
        connect: (options = {}) => ({ consume: consume({ ...defaults, ...options }) }),
        add: Effect.fnUntraced(function* (data, { delay, ...options } = {}) {
          const now = yield* Clock.currentTimeMillis
          const id = yield* change(() => jobs.add(JSON.stringify(data), options, delay !== undefined, now))
          if (delay !== undefined) {
            yield* change(() => jobs.enqueue(id, "delayed")).pipe(Effect.delay(delay), Effect.forkIn(scope))
          }
          return id
        }),
        find: (id) => Effect.sync(() => jobs.find(id)),
        ended: (id) =>
          Effect.suspend(() => {
            const deferred = awaited.get(id) ?? Deferred.makeUnsafe<MemoryJob>()
            awaited.set(id, deferred)
            changed()
            return Deferred.await(deferred)
          }),
        counts: Effect.sync(() => countByState(jobs.all())),
        stall: (id) => change(() => jobs.stall(id)),
        retry: (id) => change(() => jobs.enqueue(id, "failed")),
        remove: (id) => change(() => jobs.remove(id)),
        spoil: (id, data) => change(() => jobs.spoil(id, data)),
        pause: change(() => jobs.pause(true)),
        resume: change(() => jobs.pause(false))
      })
      return Context.make(JobQueue, queue.connect(options)).pipe(Context.add(MemoryQueue, queue))
    })
  )

const defaults: ConsumerOptions = {
  concurrency: 20,
  grace: Duration.zero,
  redis: (_request, _jobId, call) => call,
  isAlive: () => true
}

const hasEnded = ({ state }: MemoryJob): boolean => state === "completed" || state === "failed"

const countByState = (jobs: ReadonlyArray<MemoryJob>): Readonly<Record<JobState, number>> => {
  const counts = { delayed: 0, waiting: 0, active: 0, completed: 0, failed: 0 }
  for (const { state } of jobs) counts[state] += 1
  return counts
}
