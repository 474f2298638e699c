import { type Job, type Queue } from "bull"
import { Duration, Effect, Exit, type Fiber } from "effect"
import { failedReason, type Recorded } from "../../domain/Outcome.ts"

/**
 * Starts taking jobs, `concurrency` at a time. A job ends in Bull as its outcome says; the job of an interrupted fiber is left as it
 * is, to be delivered again.
 */
export const startTaking = (
  queue: Queue,
  concurrency: number,
  work: (job: Job) => Fiber.Fiber<Recorded>
): Effect.Effect<Queue> =>
  Effect.sync(() => {
    queue
      .process("*", concurrency, (job) => new Promise((resolve, reject) => work(job).addObserver(settle(resolve, reject))))
      .catch(() => undefined)
    return queue
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

/** Whether this process takes jobs: neither it nor everybody was told to pause. */
export const takesJobs = (queue: Queue): Effect.Effect<void, string> =>
  Effect.tryPromise({ try: () => queue.isPaused(), catch: () => "redis does not answer" }).pipe(
    Effect.flatMap((paused) => (paused ? Effect.fail("the queue is paused") : Effect.void))
  )

/** Whether Redis answers. */
export const pings = (queue: Queue): Effect.Effect<void, string> =>
  Effect.asVoid(Effect.tryPromise({ try: () => queue.client.ping(), catch: () => "does not answer" }))

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
