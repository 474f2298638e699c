import { Effect } from "effect"
import type { JobIdentity } from "../../src/domain/JobRef.ts"
import type { Recorded } from "../../src/domain/Outcome.ts"
import type { Boundary } from "./faults.ts"
import type { Run } from "./Run.ts"
import type { World } from "./World.ts"

/** `JOB_DEADLINE` here, in milliseconds. */
export const deadline = 30_000

/** How many lost runs make a job poison. */
export const poison = 3

const judging: ReadonlySet<Boundary> = new Set(["verify", "encrypt", "apply"])

/** Watches a run as it makes a call: what must not happen on the way is a violation of the promise that is named first. */
export const watchCall = (world: World, boundary: Boundary, run: Run | undefined): void => {
  if (run === undefined) return
  const now = world.now()
  if (boundary === "record") run.decided ??= now
  if (boundary === "announce") run.isAnnounced = true
  if (!judging.has(boundary)) return
  if (run.hadOutcome) blame(world, "P1", run.jobId, "had an outcome and is judged again")
  if (run.lostRuns >= poison) blame(world, "P1", run.jobId, "is poison and is run again")
  if (run.verdict !== undefined) blame(world, "P5", run.jobId, `goes on to ${boundary} after ${run.verdict}`)
  if (boundary !== "apply" && now > (run.began ?? now) + deadline) blame(world, "P5", run.jobId, "goes on after its deadline")
}

/** Watches a run that has come to its end: its user was told, or told again. */
export const watchEnd = (world: World, run: Run): void => {
  if (!run.isAnnounced) blame(world, "P1", run.jobId, "came to its end and was not announced")
}

/** Watches the ledger: the first outcome that it shows of a job is its outcome. To be run after each call that may change it. */
export const watchLedger = (world: World, identity: JobIdentity, run: Run | undefined): Effect.Effect<void> =>
  Effect.sync(() => {
    const recorded = world.tables.outcomes.get(identity)
    const jobId = world.jobIds.get(identity)
    if (recorded === undefined || jobId === undefined) return
    const { recorded: first } = world.decisions.get(jobId) ?? {}
    if (first === undefined) world.decisions.set(jobId, { recorded, run })
    else if (!isSame(first, recorded)) blame(world, "P1", jobId, "had an outcome and has another now")
  })

/** Watches what users are told: it is what the ledger holds. */
export const watchTold = (world: World, recorded: Recorded): void => {
  world.told.push(recorded)
  const held = world.tables.outcomes.get(recorded.identity)
  if (held === undefined) blame(world, "P1", recorded.jobId, "is announced before it is recorded")
  else if (!isSame(held, recorded)) blame(world, "P1", recorded.jobId, "is announced otherwise than recorded")
}

/** Notes that a promise was broken. */
export const blame = (world: World, promise: string, subject: string, what: string): void => {
  world.violations.add(`${promise}: ${subject} ${what}`)
}

/** Whether two records of an outcome say the same. */
export const isSame = (a: Recorded, b: Recorded): boolean => JSON.stringify(a) === JSON.stringify(b)
