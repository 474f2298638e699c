import { Effect, Schedule } from "effect"
import { type Contender, type Running, startContender } from "./contenders.ts"
import { hearHub } from "./hearHub.ts"
import { type Site } from "./site.ts"
import type { Stack } from "./stack.ts"
import { quantile } from "./statistics.ts"

/** From the moment at which a job was to be enqueued to the moment at which the hub heard of it, in milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

/** What to measure: `perSecond` jobs a second, for `seconds` seconds after as many, at most two, that do not count. */
export interface OpenLoad {
  readonly perSecond: number
  readonly seconds: number
}

/**
 * An open loop: each job has its time, whatever became of those before, and its latency counts from that time, so that a worker that
 * falls behind cannot slow down what it is measured by. Users take turns. It begins when the hub has heard of a first job.
 */
export const measureLatency = Effect.fnUntraced(function* (
  stack: Stack,
  site: Site,
  { contender, ...load }: OpenLoad & { readonly contender: Contender }
) {
  return yield* latencyOf(yield* startContender(contender, stack, site), site, load)
}, Effect.scoped)

/** The same of a worker that runs. */
export const latencyOf = Effect.fnUntraced(function* ({ whileItRuns }: Running, site: Site, { perSecond, seconds }: OpenLoad) {
  const hub = yield* hearHub(site)
  const uncounted = Math.round(Math.min(2, seconds) * perSecond)
  const count = uncounted + Math.round(seconds * perSecond)
  const enqueue = (index: number, due: number) => {
    const job = site.jobs[index % site.jobs.length]
    hub.expect(job?.data.Id ?? "", due)
    return site.queue.add(job?.data, job?.opts)
  }
  yield* Effect.promise(() => enqueue(0, performance.now()))
  yield* whileItRuns(hub.allHeard)

  const began = performance.now() + 100
  const timeOf = (index: number) => began + (index / perSecond) * 1000
  const added: Array<Promise<unknown>> = []
  const addDue = Effect.sync(() => {
    for (const now = performance.now(); added.length < count && timeOf(added.length) <= now;)
      added.push(enqueue(added.length, timeOf(added.length)))
    return added.length
  })
  yield* Effect.repeat(addDue, { schedule: Schedule.spaced("1 millis"), until: (length) => length === count })
  yield* Effect.promise(() => Promise.all(added))
  const heard = yield* whileItRuns(hub.allHeard)
  const counted = heard.filter(({ due }) => due >= timeOf(uncounted)).map(({ latency }) => latency)
  return { p50: quantile(counted, 0.5), p99: quantile(counted, 0.99) } satisfies Latency
}, Effect.scoped)
