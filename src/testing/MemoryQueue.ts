import { Context, type Duration, type Effect } from "effect"
import type { JobQueue } from "../services/JobQueue.ts"
import type { ConsumerOptions } from "./memoryConsumers.ts"

/** Where a job stands; one that ended is `completed` or `failed`. */
export type JobState = "delayed" | "waiting" | "active" | "completed" | "failed"

/** A job as the queue holds it. `data` is JSON text, `{}` once the job has ended, absent where it was lost. */
export interface MemoryJob {
  readonly id: string
  readonly state: JobState
  readonly data: string | undefined
  readonly failedReason: string | undefined
}

/** What a producer may say of a job: an id of its own, a name, a priority (1 comes first, none last). */
export interface AddOptions {
  readonly jobId?: string
  readonly name?: string
  readonly priority?: number
}

/** The queue in memory as producers, operators and bad luck see it. */
export class MemoryQueue extends Context.Service<
  MemoryQueue,
  {
    /** The queue as one more process consumes it, with options of its own. */
    connect(options?: Partial<ConsumerOptions>): JobQueue["Service"]
    /** Adds a job as a producer does; its id. An id that the queue has already adds nothing. */
    add(data: unknown, options?: AddOptions & { readonly delay?: Duration.Input }): Effect.Effect<string>
    /** The job as it stands; absent where the queue has none of this id. */
    find(id: string): Effect.Effect<MemoryJob | undefined>
    /** Waits until the job has ended; for ever where there is none. */
    ended(id: string): Effect.Effect<MemoryJob>
    /** How many jobs stand where. */
    readonly counts: Effect.Effect<Readonly<Record<JobState, number>>>
    /** Takes a running job for abandoned, as Bull does after a kill or a freeze of its worker: it is delivered again, next. */
    stall(id: string): Effect.Effect<void>
    /** Enqueues a failed job again, as an operator does. */
    retry(id: string): Effect.Effect<void>
    /** Removes a job that does not run. */
    remove(id: string): Effect.Effect<void>
    /** Makes the text of a job's data this one, JSON or not; without a text, all that the job holds is lost, but its id still waits. */
    spoil(id: string, data?: string): Effect.Effect<void>
    /** Until `resume`, no consumer is given a job. */
    readonly pause: Effect.Effect<void>
    readonly resume: Effect.Effect<void>
  }
>()("user-update-service/testing/MemoryQueue") {}
