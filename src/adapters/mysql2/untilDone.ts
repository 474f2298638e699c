import { Effect } from "effect"
import { backoff } from "../../domain/backoff.ts"
import { codeOf, type Kind, type MySqlFailure } from "./MySqlFailure.ts"

/**
 * Tries again, without end, whatever an operator or time can mend: nothing may be decided without the ledger. What the server refuses
 * for good is a bug of ours, and a defect.
 */
export const untilDone = <A>(self: Effect.Effect<A, MySqlFailure>): Effect.Effect<A> =>
  self.pipe(
    Effect.tapError((failure) =>
      failure.kind === "away" ? Effect.void : Effect.logError(`the ledger cannot be used (${codeOf(failure)})`)
    ),
    Effect.retry({ schedule: backoff, while: ({ kind }) => mends[kind] }),
    Effect.catch((failure) => Effect.die(new Error(codeOf(failure))))
  )

const mends: Readonly<Record<Kind, boolean>> = {
  away: true,
  denied: true,
  busy: true,
  procedure: true,
  unknown: true,
  refused: false
}
