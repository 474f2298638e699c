import { Effect, Schedule } from "effect"
import { type Contender, startContender } from "./contenders.ts"
import { connectPages } from "./pages.ts"
import { makeSite, type Stack } from "./stack.ts"
import { quantile } from "./statistics.ts"

/** From the moment at which a job was to be enqueued to the moment at which its user's page heard, in milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

/** What to measure: `perSecond` jobs a second, for `seconds` seconds after as many, at most two, that do not count. */
export interface OpenLoad {
  readonly contender: Contender
  readonly concurrency: number
  readonly perSecond: number
  readonly seconds: number
}

/**
 * An open loop: each job has its time, whatever became of those before, and its latency counts from that time, so that a worker that
 * falls behind cannot slow down what it is measured by. Users take turns, so that each page waits for one job at a time.
 */
export const measureLatency = (stack: Stack, { contender, concurrency, perSecond, seconds }: OpenLoad) =>
  Effect.gen(function* () {
    const site = yield* makeSite(stack, concurrency)
    const { whileItRuns } = yield* startContender(contender, site)
    const pages = yield* connectPages(site)
    const uncounted = Math.round(Math.min(2, seconds) * perSecond)
    const count = uncounted + Math.round(seconds * perSecond)

    const began = performance.now() + 100
    const timeOf = (index: number) => began + (index / perSecond) * 1000
    const added: Array<Promise<unknown>> = []
    const addDue = Effect.sync(() => {
      for (let now = performance.now(); added.length < count && timeOf(added.length) <= now;) {
        const user = added.length % site.jobs.length
        pages.expect(user, timeOf(added.length))
        added.push(site.queue.add(site.jobs[user]?.data, site.jobs[user]?.opts))
      }
      return added.length
    })
    yield* Effect.repeat(addDue, { schedule: Schedule.spaced("1 millis"), until: (length) => length === count })
    yield* Effect.promise(() => Promise.all(added))
    const latencies = yield* whileItRuns(pages.allHeard)
    const counted = latencies.filter(({ due }) => due >= timeOf(uncounted)).map(({ latency }) => latency)
    return { p50: quantile(counted, 0.5), p99: quantile(counted, 0.99) } satisfies Latency
  }).pipe(Effect.scoped)
