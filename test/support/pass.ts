import { Effect } from "effect"
import { TestClock } from "effect/testing"

/** Lets time pass on the `TestClock` in small steps, so that fibers that wait for each other get their turns in between. */
export const pass = (seconds: number): Effect.Effect<void> =>
  Effect.forEach(Array.from({ length: seconds * 4 }), () => TestClock.adjust("250 millis"), { discard: true })
