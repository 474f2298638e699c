import { Effect, type Scope } from "effect"
import { enqueue, expectUpdated, inTurn, type PickJob, untilEnded } from "./backlog.ts"
import { type Contender, type Running, startContender } from "./contenders.ts"
import { cpuSeconds } from "./cpuSeconds.ts"
import { type Site } from "./site.ts"
import type { Stack } from "./stack.ts"

/** How fast jobs that were waiting are brought to their end, and what CPU the worker's process needs for one, in milliseconds. */
export interface Throughput {
  readonly perSecond: number
  readonly cpuPerJob: number
}

/**
 * What to measure: `jobs` jobs that wait. `of` is how many of them are worked through, all where not given. `beside` is done when the
 * worker runs, and before there are jobs.
 */
export interface Backlog {
  readonly contender: Contender
  readonly jobs: number
  readonly of?: number
  readonly pick?: PickJob
  readonly beside?: Effect.Effect<void, never, Scope.Scope>
}

/** The part of the jobs at the beginning that warms everything up and does not count. */
const warmUp = 0.2

/**
 * A worker finds jobs waiting. Both numbers are of the time between the end of the first fifth and that of the last job, so that neither
 * starting nor warming up is part of it. Dies where a job failed or a user was not updated.
 */
export const measureThroughput = Effect.fnUntraced(function* (stack: Stack, site: Site, backlog: Backlog) {
  const { contender, jobs, pick = inTurn, beside } = backlog
  if (beside === undefined) yield* enqueue(site, jobs, pick)
  const worker = yield* startContender(contender, stack, site)
  if (beside !== undefined) yield* Effect.andThen(worker.whileItRuns(beside), enqueue(site, jobs, pick))
  return yield* throughputOf(worker, site, backlog)
}, Effect.scoped)

/** The same of a worker that runs, with jobs that wait. */
export const throughputOf = Effect.fnUntraced(function* (
  { pid, whileItRuns }: Running,
  site: Site,
  { jobs, of = jobs }: Pick<Backlog, "jobs" | "of">
) {
  const sample = (wanted: number) => Effect.map(untilEnded(site, jobs, wanted), (seen) => ({ ...seen, cpu: cpuSeconds(pid) }))
  const first = yield* whileItRuns(sample(Math.ceil(of * warmUp)))
  const last = yield* whileItRuns(sample(of))
  if (of === jobs) yield* expectUpdated(site, Math.min(jobs, site.jobs.length))
  const ended = last.ended - first.ended
  return {
    perSecond: ended / ((last.at - first.at) / 1000),
    cpuPerJob: ((last.cpu - first.cpu) / ended) * 1000
  } satisfies Throughput
})
