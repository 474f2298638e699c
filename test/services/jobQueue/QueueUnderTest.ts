import { type Vitest } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { type Outcome, type Recorded, updated } from "../../../src/domain/Outcome.ts"
import type { Delivery } from "../../../src/services/JobQueue.ts"
import type { AddOptions, MemoryJob } from "../../../src/testing/MemoryQueue.ts"

/** What a handler is to the queue. */
export type Handle = (delivery: Delivery) => Effect.Effect<Recorded>

/** A queue of its own, as the conformance suite works it. */
export interface QueueUnderTest {
  /** Adds a job, `delay` in milliseconds; its id. `attempts` is a wish that the queue must not obey. */
  add(data: unknown, options?: AddOptions & { readonly delay?: number; readonly attempts?: number }): Effect.Effect<string>
  /** The job as it stands, absent where the queue holds nothing of it. */
  find(id: string): Effect.Effect<MemoryJob | undefined>
  /** Makes the text of a waiting job's data this one; without a text, all that the job holds is lost, but its id still waits. */
  spoil(id: string, data?: string): Effect.Effect<unknown>
  remove(id: string): Effect.Effect<unknown>
  retry(id: string): Effect.Effect<unknown>
  /** Takes a running job for abandoned. */
  stall(id: string): Effect.Effect<unknown>
  readonly pause: Effect.Effect<unknown>
  readonly resume: Effect.Effect<unknown>
  /** Begins a consumer; the effect that it gives closes the consumer's scope. */
  consume(handle: Handle): Effect.Effect<Effect.Effect<void>, never, Scope.Scope>
  /** Lets ten milliseconds pass. */
  readonly pass: Effect.Effect<void>
}

/** How consumers work a queue. `grace` is in milliseconds. */
export interface Options {
  readonly concurrency?: number
  readonly grace?: number
}

/** What the suite needs of an implementation: how its tests run, and a new queue. */
export interface Subject<R> {
  readonly effect: Vitest.Tester<R | Scope.Scope>
  readonly makeQueue: (options?: Options) => Effect.Effect<QueueUnderTest, never, R | Scope.Scope>
}

export const data = (text: string) => ({ Id: "1234567890", Password: text })

export const failure: Outcome = { tag: "DbError", reason: "unknownUser" }

/** What a ledger would have made of this delivery. */
export const recordedAs = ({ job }: Delivery, outcome: Outcome): Recorded => ({
  identity: job.identity,
  jobId: job.jobId,
  position: 1,
  life: job.place.life,
  outcome
})

/** A handler that notes its deliveries, in order, and ends every job like this. */
export const noting = (outcome: Outcome = updated): { readonly deliveries: Array<Delivery>; readonly handle: Handle } => {
  const deliveries: Array<Delivery> = []
  const handle: Handle = (delivery) =>
    Effect.sync(() => {
      deliveries.push(delivery)
      return recordedAs(delivery, outcome)
    })
  return { deliveries, handle }
}

/** Waits until it is so. */
export const until = (queue: QueueUnderTest, isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (isSo() ? Effect.void : Effect.andThen(queue.pass, until(queue, isSo))))

/** Waits until the job has ended; how it then stands. */
export const ended = (queue: QueueUnderTest, id: string): Effect.Effect<MemoryJob> =>
  Effect.flatMap(queue.find(id), (job) =>
    job?.state === "completed" || job?.state === "failed" ? Effect.succeed(job) : Effect.andThen(queue.pass, ended(queue, id))
  )
