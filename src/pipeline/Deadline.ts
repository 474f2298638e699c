import { Clock, Duration, Effect } from "effect"

/** The moment until which a job may go on trying (`JOB_DEADLINE`, counted from pick-up). */
export interface Deadline {
  /** What is left, zero when it has passed. */
  readonly left: Effect.Effect<Duration.Duration>
  /** Interrupts a step that is not done by then and fails it with `late`. */
  readonly bound: <E2>(late: () => E2) => <A, E, R>(step: Effect.Effect<A, E, R>) => Effect.Effect<A, E | E2, R>
}

/** A deadline that lies `duration` ahead. */
export const deadlineIn = (duration: Duration.Duration): Effect.Effect<Deadline> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const end = now + Duration.toMillis(duration)
    const left = Effect.map(Clock.currentTimeMillis, (now) => Duration.millis(Math.max(0, end - now)))
    return {
      left,
      bound: (late) => (step) =>
        Effect.flatMap(left, (duration) => Effect.timeoutOrElse(step, { duration, orElse: () => Effect.fail(late()) }))
    }
  })
