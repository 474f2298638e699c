import { type Duration, Effect, Layer, Schedule } from "effect"
import { Ledger } from "../services/Ledger.ts"

/** Forgets outcomes that are older than `retention`, once an hour, in small steps with pauses between them. */
export const layer = (retention: Duration.Duration): Layer.Layer<never, never, Ledger> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const steps = Effect.repeat(ledger.prune(retention), {
        schedule: Schedule.spaced("200 millis"),
        while: (pruned) => pruned > 0
      })
      yield* Effect.forkScoped(Effect.repeat(steps, Schedule.spaced("1 hour")))
    })
  )
