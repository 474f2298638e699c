import { Effect, Layer } from "effect"
import type { Recorded } from "../domain/Outcome.ts"
import { Outbox } from "../services/Outbox.ts"
import { LedgerMemory } from "./LedgerMemory.ts"

/** What one process has to hand over: all outcomes of a ledger in memory that were not delivered. Nobody else is there to take over from. */
export const layer: Layer.Layer<Outbox, never, LedgerMemory> = Layer.effect(
  Outbox,
  Effect.map(LedgerMemory, ({ outcomes, delivered }) => {
    const isUntold = ({ identity, userId }: Recorded) => userId !== undefined && !delivered.has(identity)
    return Outbox.of({
      beat: Effect.succeed(false),
      untold: (limit) => Effect.sync(() => [...outcomes.values()].filter(isUntold).toSorted(byUserAndPosition).slice(0, limit)),
      told: (identities) => Effect.sync(() => identities.forEach((identity) => delivered.add(identity))),
      leave: Effect.void
    })
  })
)

const byUserAndPosition = (a: Recorded, b: Recorded) =>
  a.userId === b.userId ? a.position - b.position : String(a.userId) < String(b.userId) ? -1 : 1
