import { type Job, type Queue } from "bull"
import { Duration, Effect, type Fiber } from "effect"
import type { Recorded } from "../../domain/Outcome.ts"
import { settle } from "./endings.ts"

/** Whether the queue's loop still runs; Bull ends it where it cannot begin. */
export interface Taking {
  readonly failed: () => boolean
}

/**
 * Starts taking jobs, `concurrency` at a time. A job ends in Bull as its outcome says; that of an interrupted fiber is handed back.
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

/** Takes no new jobs and lets the running ones end, for at most `grace`; what runs longer is for its fiber's scope to interrupt. */
export const drain = (queue: Queue, grace: Duration.Duration): Effect.Effect<void> =>
  Effect.promise(() => queue.pause(true, true).catch(() => undefined)).pipe(
    Effect.timeoutOption("2 seconds"),
    Effect.andThen(allEnded(queue)),
    Effect.timeoutOrElse({
      duration: grace,
      orElse: () => Effect.logWarning(`jobs still run after ${Duration.format(grace)}: they are handed back`)
    })
  )

/** Waits until Bull has done with every job of this process. */
export const allEnded = (queue: Queue): Effect.Effect<void> =>
  Effect.asVoid(Effect.promise(() => Promise.allSettled(Object.values((queue as Queue & Internals).processing))))

interface Internals {
  readonly processing: Readonly<Record<string, Promise<unknown>>>
}
