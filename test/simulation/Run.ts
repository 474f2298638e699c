import { Context } from "effect"
import type { Delivery } from "../../src/services/JobQueue.ts"
import type { Process } from "./Process.ts"
import type { World } from "./World.ts"

/** One run of a job in one process, and what the judge has to know of it. Times are milliseconds. */
export interface Run {
  readonly jobId: string
  readonly process: string
  readonly lostRuns: number
  /** Whether the ledger had the job's outcome as this run began. */
  readonly hadOutcome: boolean
  /** When its deadline began to run. */
  began: number | undefined
  /** When the last fault that befell it was over. */
  troubledUntil: number
  /** What a neighbour answered for good, as an outcome says it. */
  verdict: string | undefined
  /** Whether it set out to tell the user. */
  isAnnounced: boolean
  /** When it first asked the ledger to record a failure. */
  decided: number | undefined
}

/** The run that a fiber belongs to. */
export const CurrentRun = Context.Reference<Run | undefined>("simulation/CurrentRun", { defaultValue: () => undefined })

/** Begins a run of the job that was delivered to a process. */
export const beginRun = (
  world: World,
  { name }: Process,
  { deliveredBefore, job: { identity, jobId, place }, lostRuns }: Delivery
): Run => {
  const hadOutcome = deliveredBefore && world.tables.outcomes.has(identity)
  const times = { began: undefined, decided: undefined, troubledUntil: -Infinity }
  const run: Run = { jobId, process: name, lostRuns, hadOutcome, isAnnounced: false, verdict: undefined, ...times }
  world.runs.push(run)
  world.jobIds.set(identity, jobId)
  world.places.set(jobId, place.number)
  return run
}
