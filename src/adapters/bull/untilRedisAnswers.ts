import { Effect } from "effect"
import { backoff } from "../../domain/backoff.ts"

/** Runs one idempotent command until Redis has answered it. The driver's errors carry the payload: nothing of them is kept. */
export const untilRedisAnswers = <A>(command: () => Promise<A>): Effect.Effect<A> =>
  Effect.tryPromise({ try: command, catch: () => "unanswered" as const }).pipe(Effect.retry(backoff), Effect.orDie)
