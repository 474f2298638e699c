import { Effect, Schedule } from "effect"
import { type Contender, startContender } from "./contenders.ts"
import { cpuSeconds } from "./cpuSeconds.ts"
import { makeSite, type Site, type Stack } from "./stack.ts"

/** How fast jobs that were waiting are brought to their end, and what CPU the worker's process needs for one, in milliseconds. */
export interface Throughput {
  readonly perSecond: number
  readonly cpuPerJob: number
}

/** What to measure. `nodeOptions` are given to the worker's Node.js. */
export interface Load {
  readonly contender: Contender
  readonly concurrency: number
  readonly jobs: number
  readonly nodeOptions?: ReadonlyArray<string>
}

/**
 * A worker finds `jobs` jobs waiting. Both numbers are of the time between the first end and the last, as the queue's counts show
 * them, so that starting up is no part of it. Dies where a job failed or a user was not updated.
 */
export const measureThroughput = (stack: Stack, { contender, concurrency, jobs, nodeOptions = [] }: Load) =>
  Effect.gen(function* () {
    const site = yield* makeSite(stack, concurrency)
    yield* Effect.promise(() => site.queue.addBulk(Array.from({ length: jobs }, (_, index) => pick(site, index))))
    const { pid, whileItRuns } = yield* startContender(contender, site, nodeOptions)
    const first = yield* whileItRuns(sample(site, jobs, pid, (ended) => ended > 0))
    const last = yield* whileItRuns(sample(site, jobs, pid, (ended) => ended >= jobs))
    yield* expectUpdated(site, jobs)
    const ended = last.ended - first.ended
    return {
      perSecond: ended / ((last.at - first.at) / 1000),
      cpuPerJob: ((last.cpu - first.cpu) / ended) * 1000
    } satisfies Throughput
  }).pipe(Effect.scoped)

const pick = ({ jobs }: Site, index: number) => jobs[index % jobs.length] ?? { data: undefined }

const sample = ({ queue }: Site, jobs: number, pid: number, wanted: (ended: number) => boolean) =>
  Effect.promise(() => queue.getJobCounts()).pipe(
    Effect.map(({ waiting, active }) => ({ ended: jobs - waiting - active, at: performance.now() })),
    Effect.repeat({ schedule: Schedule.spaced("5 millis"), until: ({ ended }) => wanted(ended) }),
    Effect.map((seen) => ({ ...seen, cpu: cpuSeconds(pid) }))
  )

const expectUpdated = Effect.fnUntraced(function* ({ queue, updated, jobs: users }: Site, jobs: number) {
  const failed = yield* Effect.promise(() => queue.getFailedCount())
  const changed = yield* updated
  if (failed > 0 || changed !== Math.min(jobs, users.length))
    return yield* Effect.die(new Error(`${failed} jobs failed, ${changed} users were updated`))
})
