import { Context, type Duration } from "effect"

/** What this deployment demands of a job and grants it. */
export class JobPolicy extends Context.Service<
  JobPolicy,
  {
    /** What an `Id` must look like (`USER_ID_PATTERN`). */
    readonly userId: RegExp
    /** The most bytes of JSON that a job may have (`JOB_MAX_BYTES`). */
    readonly maxBytes: number
    /** How long it may go on trying, from pick-up (`JOB_DEADLINE`). */
    readonly deadline: Duration.Duration
  }
>()("user-update-service/services/JobPolicy") {}
