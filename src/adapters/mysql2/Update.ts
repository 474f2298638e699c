import { Redacted } from "effect"
import type { JobRef } from "../../domain/JobRef.ts"
import type { UserRecord } from "../../services/Ledger.ts"
import type { Value } from "./MySql.ts"

/** One update to apply, and how many bytes it takes to send, at most. */
export interface Update {
  readonly job: JobRef
  readonly record: UserRecord
  readonly bytes: number
}

/** Measures an update. */
export const measure = (job: JobRef, record: UserRecord): Update => ({
  job,
  record,
  bytes: valuesOf({ job, record }).reduce((bytes: number, value) => bytes + Buffer.byteLength(String(value)) + 16, 16)
})

/** What the ledger's procedures are told of a job. */
export const referenceOf = ({ identity, jobId, place }: JobRef): ReadonlyArray<Value> => [
  identity,
  jobId.slice(0, 255),
  place.life,
  place.number
]

/** What the ledger's procedures are told of an update, with its secrets: for the driver's call and nothing else. */
export const valuesOf = ({
  job,
  record: { id, credentials, username, image }
}: Pick<Update, "job" | "record">): ReadonlyArray<Value> => [
  ...referenceOf(job),
  id,
  ...[credentials.phone, credentials.password, username, image].map(Redacted.value)
]

/** The order in which updates of a batch are applied: users sorted, so that batches cannot lock each other out; those of one by place. */
export const compareUpdates = (one: Update, other: Update): number =>
  compare(one.record.id, other.record.id) ||
  compare(one.job.place.life, other.job.place.life) ||
  compare(one.job.place.number, other.job.place.number)

const compare = <A extends string | number>(one: A, other: A) => (one < other ? -1 : one > other ? 1 : 0)
