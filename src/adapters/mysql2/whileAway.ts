import { Effect } from "effect"
import { backoff } from "../../domain/backoff.ts"
import type { MySqlFailure } from "./MySqlFailure.ts"

/** Tries again, without end, while MySQL is not there. What it has to say when it is there counts. */
export const whileAway = <A, R>(self: Effect.Effect<A, MySqlFailure, R>): Effect.Effect<A, MySqlFailure, R> =>
  Effect.retry(self, { schedule: backoff, while: ({ kind }) => kind === "away" })
