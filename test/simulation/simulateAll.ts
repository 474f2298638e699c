import { Worker } from "node:worker_threads"
import { simulate } from "./simulate.ts"
import { makeVisits, type Visits } from "./visits.ts"

/** Seeds that follow one another. */
export interface Seeds {
  readonly first: number
  readonly count: number
}

/** A seed that broke a promise, and which. */
export interface Failure {
  readonly seed: number
  readonly violations: ReadonlyArray<string>
}

/** What came of many seeds. */
export interface Summary {
  readonly failures: ReadonlyArray<Failure>
  readonly visits: Visits
}

/** Simulates all of these in this thread. */
export const simulateHere = ({ count, first }: Seeds): Summary => {
  const failures: Array<Failure> = []
  const visits = makeVisits()
  for (let seed = first; seed < first + count; seed++) {
    const { violations, visited } = simulate(seed)
    if (violations.length > 0) failures.push({ seed, violations })
    for (const visit of visited) visits.set(visit, (visits.get(visit) ?? 0) + 1)
  }
  return { failures, visits }
}

/** Simulates all of these, in two threads, as a machine of CI has two cores. */
export const simulateAll = async ({ count, first }: Seeds): Promise<Summary> => {
  const half = Math.floor(count / 2)
  const halves = await Promise.all([inThread({ first, count: half }), inThread({ first: first + half, count: count - half })])
  const visits = makeVisits()
  for (const summary of halves) for (const [visit, times] of summary.visits) visits.set(visit, (visits.get(visit) ?? 0) + times)
  return { failures: halves.flatMap(({ failures }) => failures), visits }
}

const inThread = async (seeds: Seeds): Promise<Summary> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(new URL("./simulateThread.ts", import.meta.url), { workerData: seeds, execArgv: [] })
    thread.once("message", resolve)
    thread.once("error", reject)
  })
