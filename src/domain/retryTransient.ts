import { Effect } from "effect"
import { backoff } from "./backoff.ts"
import { isTransient, type NeighbourError } from "./isTransient.ts"

/** Tries a call again, without end, while its failures are transient. A call that succeeds at once costs no schedule. */
export const retryTransient = <A, E extends NeighbourError, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catchIf(call, isTransient, (error) => {
    let tries = 0
    const next = Effect.suspend(() => (tries++ === 0 ? Effect.fail(error) : call))
    return Effect.retry(next, { schedule: backoff, while: isTransient })
  })
