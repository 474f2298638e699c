import { Effect, Schedule } from "effect"

/** Asks again and again until the answer is as wanted; a test that waits in vain ends with its own time limit. */
export const until = <A, E, R>(ask: Effect.Effect<A, E, R>, wanted: (answer: A) => boolean): Effect.Effect<A, E, R> =>
  Effect.repeat(ask, { schedule: Schedule.spaced("10 millis"), until: wanted })
