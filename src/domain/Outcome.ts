import { Schema } from "effect"
import type { UpdateUserError } from "./Errors.ts"
import { JobIdentity } from "./JobRef.ts"
import { UserId } from "./UserId.ts"

/** How a job ended: `Updated`, the tag of its typed error, or `Defect` for a bug. */
export type OutcomeTag = "Updated" | UpdateUserError["_tag"] | "Defect"

/** The words a user reads (README, wire contract 6). */
export const Sentence = Schema.Struct({
  Status: Schema.Boolean.annotate({ description: "whether the update took effect" }),
  Message: Schema.String.annotate({ description: "the sentence for the user (6)" })
})
export type Sentence = typeof Sentence.Type

const processing: Sentence = { Status: false, Message: "Error processing job" }

/** From outcome to sentence, one total table: an outcome without a sentence does not compile. */
export const sentences: Readonly<Record<OutcomeTag, Sentence>> = {
  Updated: { Status: true, Message: "User updated successfully" },
  InvalidToken: { Status: false, Message: "Session expired. Please log in again." },
  EncryptionFailed: { Status: false, Message: "Error encrypting your credentials. Please try again." },
  VerifierUnavailable: processing,
  DbError: processing,
  InvalidJob: processing,
  Defect: processing
}

/** An outcome as it is recorded: the tag and a short code, never a value of the job or a foreign text. */
export const Outcome = Schema.Struct({
  tag: Schema.Literals(Object.keys(sentences) as ReadonlyArray<OutcomeTag>),
  reason: Schema.String
})
export type Outcome = typeof Outcome.Type

/** The outcome of an update that took effect. */
export const updated: Outcome = { tag: "Updated", reason: "" }

/** The outcome of a bug: its cause is in the log, scrubbed. */
export const defect: Outcome = { tag: "Defect", reason: "bug" }

/** The outcome of a job that is taken for what killed the processes that ran it. */
export const poisoned: Outcome = { tag: "Defect", reason: "poison" }

/** The outcome that a typed error means. */
export const failed = (error: UpdateUserError): Outcome => ({
  tag: error._tag,
  reason: (error._tag === "InvalidJob" ? error.field : undefined) ?? error.reason
})

/** What operators and Bull call a failure, tag and reason and nothing else; absent for an update that took effect. */
export const failedReason = ({ tag, reason }: Outcome): string | undefined =>
  tag === "Updated" ? undefined : `${tag}: ${reason}`

/**
 * An outcome that the ledger holds: the only thing that may be announced. `position` grows by one with each outcome of a user;
 * `userId` is absent where the job's `Id` could not be read; `life` is the one in which the job's place counts.
 */
export const Recorded = Schema.Struct({
  identity: JobIdentity,
  jobId: Schema.String,
  userId: Schema.optionalKey(UserId),
  position: Schema.Int,
  life: Schema.Int,
  outcome: Outcome
})
export type Recorded = typeof Recorded.Type
