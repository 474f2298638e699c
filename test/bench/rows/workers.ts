import { Effect } from "effect"
import { freePort } from "../../../src/local/ports.ts"
import { enqueue, expectUpdated, untilEnded } from "../support/backlog.ts"
import { startContender, untilReady } from "../support/contenders.ts"
import { eachRound, type Measurement, type Reading, type Row, value } from "../support/Measurement.ts"
import { makeSite, type Site } from "../support/site.ts"
import type { Stack } from "../support/stack.ts"
import { serveWaitingEncryption } from "../support/waitingEncryption.ts"
import { describeUse, type Used, usedBy } from "../support/whoIsBusy.ts"

const waits = 100

const row = (processes: number): Row => ({
  name: `${processes} workers, neighbours that wait: share of linear`,
  unit: "",
  target: value("at least", 0.9)
})

/** Several processes on one queue whose encryption service takes 100 ms without computing: how much of linear growth they reach, by their number. */
export const workers: Measurement = {
  rows: { 2: row(2), 4: row(4) },
  begin: eachRound(function* (stack, { processes, workerJobs }) {
    const one = yield* measure(stack, 1, workerJobs)
    const readings: Record<string, Reading> = {}
    for (const count of processes) {
      const { perSecond, use } = yield* measure(stack, count, workerJobs)
      readings[count] = { ours: perSecond / one.perSecond / count, note: `${perSecond.toFixed(0)} jobs/s; ${use}` }
    }
    return readings
  })
}

interface Crew {
  readonly perSecond: number
  readonly use: string
}

/** `each` jobs for each of `count` processes, which are ready before there are any. */
const measure = Effect.fnUntraced(function* (stack: Stack, count: number, each: number) {
  const site = yield* makeSite(stack, { env: { PORT_ENCRYPT: yield* serveWaitingEncryption(waits), CONCURRENCY: "20" } })
  const pids = yield* Effect.forEach(Array.from({ length: count }), () => startOne(stack, site))
  const jobs = each * count
  yield* enqueue(site, jobs)
  const processes: Used = {
    Redis: [yield* stack.redis.pid],
    "the database": [yield* stack.database.pid],
    "neighbours and load": [process.pid],
    workers: pids
  }
  const sample = (wanted: number) =>
    Effect.map(untilEnded(site, jobs, wanted), (seen) => ({ ...seen, used: usedBy(processes) }))
  const first = yield* sample(Math.ceil(jobs / 5))
  const last = yield* sample(jobs)
  yield* expectUpdated(site, Math.min(jobs, site.jobs.length))
  const seconds = (last.at - first.at) / 1000
  return { perSecond: (last.ended - first.ended) / seconds, use: describeUse(first.used, last.used, seconds) } satisfies Crew
}, Effect.scoped)

const startOne = Effect.fnUntraced(function* (stack: Stack, site: Site) {
  const own = { ...site, env: { ...site.env, PORT: String(yield* freePort) } }
  const { pid, whileItRuns } = yield* startContender("ours", stack, own)
  yield* whileItRuns(untilReady(own))
  return pid
})
