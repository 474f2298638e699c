import { Context, type Duration, type Effect, type Option, type Redacted } from "effect"
import type { DbError } from "../domain/Errors.ts"
import type { JobIdentity, JobRef } from "../domain/JobRef.ts"
import type { Outcome, Recorded } from "../domain/Outcome.ts"
import type { UserId } from "../domain/UserId.ts"
import type { Credentials } from "./Encryptor.ts"

/** The new state of one user's row; the credentials are ciphertexts. */
export interface UserRecord {
  readonly id: UserId
  readonly credentials: Credentials
  readonly username: Redacted.Redacted
  readonly image: Redacted.Redacted
}

/**
 * The truth about outcomes, kept where the update lives. While MySQL is away every method waits for it, without end: nothing is
 * decided that cannot be recorded.
 */
export class Ledger extends Context.Service<
  Ledger,
  {
    /**
     * Updates the user and records `Updated`, in one transaction: both or none. A job that has an outcome keeps it, and one that a
     * later job of the same user has overtaken changes nothing and counts as updated. `patience` is how long a row that is locked,
     * or a deadlock, may be tried again before `DbError` says `busy`.
     */
    apply(job: JobRef, record: UserRecord, patience: Duration.Duration): Effect.Effect<Recorded, DbError>
    /** Records how a job failed, or reads the outcome that it already has: the first one stands. */
    record(job: JobRef, userId: UserId | undefined, outcome: Outcome): Effect.Effect<Recorded>
    /** The outcome of a job that was delivered before, if it has one. What is still under way is not seen. */
    find(identity: JobIdentity): Effect.Effect<Option.Option<Recorded>>
    /** Forgets some outcomes that are older than `retention`, oldest first; how many. Fewer at a time than could hold up an update. */
    prune(retention: Duration.Duration): Effect.Effect<number>
  }
>()("user-update-service/services/Ledger") {}
