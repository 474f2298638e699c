import { type Duration, Effect, Layer, Schedule } from "effect"
import { describeBug } from "../domain/describeBug.ts"
import { Ledger } from "../services/Ledger.ts"

/**
 * Forgets outcomes that are older than `retention`, once an hour, in small steps with pauses between them, so that updates never wait
 * for it. A bug ends this hour's round alone.
 */
export const layer = (retention: Duration.Duration): Layer.Layer<never, never, Ledger> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const round = Effect.repeat(ledger.prune(retention), {
        schedule: Schedule.spaced("200 millis"),
        while: (pruned) => pruned > 0
      }).pipe(Effect.catchDefect(logDefect))
      yield* Effect.forkScoped(Effect.repeat(round, Schedule.spaced("1 hour")))
    })
  )

const logDefect = (thrown: unknown) =>
  Effect.logError("a bug kept old outcomes from being pruned").pipe(Effect.annotateLogs({ ...describeBug(thrown) }))
