import { failedReason, type Recorded } from "../../src/domain/Outcome.ts"
import type { JobKind, PlannedJob } from "./plan.ts"
import type { Run } from "./Run.ts"
import { blame, deadline, poison } from "./watch.ts"
import type { World } from "./World.ts"

/** The longest wait between two tries, and what calls take beside, in milliseconds. */
const longestWait = 5000 + 100

/** What may become of a job of each kind where nothing goes wrong; `undefined` is an update. */
const usual: Readonly<Record<JobKind, ReadonlyArray<string | undefined>>> = {
  good: [undefined],
  poison: ["Defect: poison"],
  badToken: ["InvalidToken: signature"],
  foreignToken: ["InvalidToken: foreign"],
  expiredToken: ["InvalidToken: expired"],
  expiringToken: [undefined, "InvalidToken: expired"],
  puzzlingToken: ["VerifierUnavailable: badAnswer"],
  unencodable: ["EncryptionFailed: notEncodable"],
  bugBait: ["Defect: bug"],
  malformed: ["InvalidJob: Phone"],
  unreadable: ["InvalidJob: unreadable"],
  named: ["InvalidJob: named"],
  unknownUser: ["DbError: unknownUser"]
}

/** What only a trouble that lasted until the deadline may lead to. */
const impatient: ReadonlySet<string> = new Set(["VerifierUnavailable: deadline", "EncryptionFailed: deadline", "DbError: busy"])

/**
 * Asks whether a job's outcome is what its run deserved: what a neighbour said for good, what the deadline allows after a trouble that
 * had not healed by then, poison after three lost runs; else what is usual for its kind.
 */
export const justify = (world: World, jobId: string, planned: PlannedJob, { outcome }: Recorded): void => {
  const reason = failedReason(outcome)
  const run = world.decisions.get(jobId)?.run
  if (run === undefined) return blame(world, "P1", jobId, "has an outcome that no run brought about")
  const promise = planned.kind === "foreignToken" && reason === undefined ? "P9" : "P5"
  if (!isDeserved(planned.kind, reason, run))
    blame(world, promise, jobId, `(${planned.kind}) ended as ${reason ?? "updated"}, of which nothing in its run is the reason`)
}

const isDeserved = (kind: JobKind, reason: string | undefined, run: Run): boolean => {
  if (run.lostRuns >= poison) return reason === "Defect: poison"
  if (run.verdict !== undefined) return reason === run.verdict
  if (reason !== undefined && impatient.has(reason)) {
    const { began = Infinity, decided = 0, troubledUntil } = run
    return troubledUntil >= decided - longestWait && decided >= began + deadline - longestWait
  }
  return usual[kind].includes(reason)
}
