import { Duration, Effect, Random, Schedule } from "effect"

const first = Duration.millis(100)
const longest = Duration.seconds(5)

/**
 * How long to wait before the next try of a neighbour that is away: a random time up to 100 ms, doubling, at most 5 s ("full
 * jitter", so that callers that failed together do not come back together). It never ends by itself.
 */
export const backoff = Schedule.exponential(first).pipe(
  Schedule.modifyDelay(({ duration }) =>
    Effect.map(Random.next, (random) => Duration.times(Duration.min(duration, longest), random))
  )
)
