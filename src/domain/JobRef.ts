import { Schema } from "effect"

/**
 * Names one job for ever: SHA-256, in hex, over prefix, queue, Bull's id and its timestamp. Two deliveries of one job share it;
 * a custom id that is used again at another time does not.
 */
export const JobIdentity = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/u)).pipe(Schema.brand("JobIdentity"))
export type JobIdentity = typeof JobIdentity.Type

/** Where a job stands in the order of acceptance: the number that Redis counted, within one life of the queue. */
export interface Place {
  readonly life: number
  readonly number: number
}

/** What is known of a job without reading what it carries. */
export interface JobRef {
  readonly identity: JobIdentity
  readonly jobId: string
  readonly place: Place
}
