import { Clock, Duration, Effect, Latch, type Scope } from "effect"

/** Calls back when its time has passed, unless the function that it returns was called before. */
export type Timer = (onLate: () => void) => () => void

interface Running {
  readonly until: number
  readonly onLate: () => void
}

/**
 * A timer of one duration for whatever is under way at a time. One fiber sleeps for all, until the scope closes: a sleeper of its own
 * would cost a call more than all else that it does.
 */
export const makeTimer = Effect.fnUntraced(function* (duration: Duration.Input): Effect.fn.Return<Timer, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const some = yield* Latch.make(false)
  const running = new Set<Running>()
  const length = Duration.toMillis(duration)
  const now = () => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)

  const endOldest = Effect.suspend(() => {
    const [oldest] = running
    if (oldest === undefined) {
      some.closeUnsafe()
      return some.await
    }
    const left = oldest.until - now()
    if (left > 0) return Effect.sleep(left)
    running.delete(oldest)
    oldest.onLate()
    return Effect.void
  })
  yield* Effect.forkScoped(Effect.forever(endOldest))

  return (onLate) => {
    const one = { until: now() + length, onLate }
    running.add(one)
    some.openUnsafe()
    return () => void running.delete(one)
  }
})
