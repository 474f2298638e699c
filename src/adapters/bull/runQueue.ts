import { type Job, type Queue } from "bull"
import { Duration, Effect, Exit, type Fiber } from "effect"
import { failedReason, type Recorded } from "../../domain/Outcome.ts"

/** Whether the queue's loop still runs; Bull ends it where it cannot begin. */
export interface Taking {
  readonly failed: () => boolean
}

/**
 * Starts taking jobs, `concurrency` at a time. A job ends in Bull as its outcome says; the job of an interrupted fiber is left as it
 * is, to be delivered again.
 */
export const startTaking = (
  queue: Queue,
  concurrency: number,
  work: (job: Job) => Fiber.Fiber<Recorded>
): Effect.Effect<Taking> =>
  Effect.sync(() => {
    let failed = false
    queue
      .process("*", concurrency, (job) => new Promise((resolve, reject) => work(job).addObserver(settle(resolve, reject))))
      .catch(() => void (failed = true))
    return { failed: () => failed }
  })

/** Takes no new jobs and lets the running ones end, for at most `grace`; what runs longer is left to be delivered again. */
export const drain = (queue: Queue, grace: Duration.Duration): Effect.Effect<void> =>
  Effect.promise(() => queue.pause(true, true).catch(() => undefined)).pipe(
    Effect.timeoutOption("2 seconds"),
    Effect.andThen(Effect.promise(() => Promise.allSettled(Object.values((queue as Queue & Internals).processing)))),
    Effect.asVoid,
    Effect.timeoutOrElse({
      duration: grace,
      orElse: () => Effect.logWarning(`jobs still run after ${Duration.format(grace)}: they are left to be delivered again`)
    })
  )

interface Internals {
  readonly processing: Readonly<Record<string, Promise<unknown>>>
}

const settle =
  (resolve: (value?: undefined) => void, reject: (error: Error) => void) =>
  (exit: Exit.Exit<Recorded>): void => {
    if (Exit.isSuccess(exit)) {
      const reason = failedReason(exit.value.outcome)
      return reason === undefined ? resolve() : reject(withoutStack(reason))
    }
    if (!Exit.hasInterrupts(exit)) reject(withoutStack("Defect: unrecorded"))
  }

const withoutStack = (message: string): Error => Object.assign(new Error(message), { stack: message })
