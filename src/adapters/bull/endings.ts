import { type Job } from "bull"
import { Exit } from "effect"
import { failedReason, type Recorded } from "../../domain/Outcome.ts"

/** How a run ends in Bull: the job failed, and Bull is told why; or it is handed back and goes on somewhere else. */
class Ending extends Error {
  readonly isHandedBack: boolean

  constructor(message: string, isHandedBack = false) {
    super(message)
    this.stack = message
    this.isHandedBack = isHandedBack
  }
}

/** Ends a run as it ended here: as its outcome says, as failed after a bug, or handed back where it was interrupted. */
export const settle =
  (resolve: (value?: undefined) => void, reject: (error: Error) => void) =>
  (exit: Exit.Exit<Recorded>): void => {
    if (Exit.isSuccess(exit)) {
      const reason = failedReason(exit.value.outcome)
      return reason === undefined ? resolve() : reject(new Ending(reason))
    }
    reject(Exit.hasInterrupts(exit) ? new Ending("handed back", true) : new Ending("Defect: unrecorded"))
  }

/**
 * Has a job fail only as we say. What Bull makes of its own troubles (a lock that another run has, an answer that did not come) it
 * would write into the hash of a job that ended well; such a job is left as it is, and delivered again if nobody has ended it.
 */
export const controlFailures = (job: Job, handBack: () => Promise<void>): void => {
  const fail = job.moveToFailed.bind(job)
  job.moveToFailed = async (error, ignoreLock) => {
    if (!(error instanceof Ending)) return null
    if (!error.isHandedBack) return fail(error, ignoreLock)
    await handBack()
    return null
  }
}
