import { Effect, Fiber, Latch, Semaphore } from "effect"

/** Runs a job beside others, or alone. */
export type Run = <A, E, R>(job: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** How jobs share a process: those above suspicion `beside` each other, one that may have killed a process `alone`. */
export interface Lanes {
  readonly beside: Run
  readonly alone: Run
}

const patience = "2 seconds"
const probation = "1 second"

/**
 * Keeps a job that may have killed a process away from all others, so that it takes no neighbour with it. It waits two seconds at
 * most for those that run; one that has lived for a second is above suspicion, and others may begin beside it.
 */
export const makeLanes: Effect.Effect<Lanes> = Effect.gen(function* () {
  const gate = yield* Latch.make(true)
  const idle = yield* Latch.make(true)
  const turn = yield* Semaphore.make(1)
  let running = 0

  const counted: Run = (job) =>
    Effect.acquireUseRelease(
      Effect.suspend(() => (running++ === 0 ? idle.close : Effect.void)),
      () => job,
      () => Effect.suspend(() => (--running === 0 ? idle.open : Effect.void))
    )
  const keepOthersAway = (begun: Latch.Latch) =>
    turn.withPermit(
      Effect.acquireUseRelease(
        gate.close,
        () =>
          Effect.timeoutOption(idle.await, patience).pipe(Effect.andThen(begun.open), Effect.andThen(Effect.sleep(probation))),
        () => gate.open
      )
    )

  return {
    beside: (job) => Effect.andThen(gate.await, counted(job)),
    alone: (job) =>
      Effect.suspend(() => {
        const begun = Latch.makeUnsafe(false)
        return Effect.acquireUseRelease(
          Effect.forkChild(keepOthersAway(begun), { startImmediately: true }),
          () => Effect.andThen(begun.await, counted(job)),
          Fiber.interrupt
        )
      })
  }
})
