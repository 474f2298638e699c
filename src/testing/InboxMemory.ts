import { Effect, Layer } from "effect"
import type { Recorded } from "../domain/Outcome.ts"
import type { UserId } from "../domain/UserId.ts"
import { Inbox } from "../services/Inbox.ts"
import { LedgerMemory } from "./LedgerMemory.ts"

/** What users have to hear, from a ledger in memory. */
export const layer: Layer.Layer<Inbox, never, LedgerMemory> = Layer.effect(
  Inbox,
  Effect.map(LedgerMemory, ({ outcomes, delivered }) => {
    const of = (userId: UserId) =>
      [...outcomes.values()].filter((recorded) => recorded.userId === userId).toSorted((a, b) => a.position - b.position)
    const later = (userId: UserId, position: number) => of(userId).filter((recorded) => recorded.position > position)
    const isUnheard = ({ identity }: Recorded) => !delivered.has(identity)
    return Inbox.of({
      last: (userId) => Effect.sync(() => of(userId).at(-1)?.position ?? 0),
      after: (userId, position) => Effect.sync(() => later(userId, position).slice(0, 100)),
      unheard: (userId, after) => Effect.sync(() => later(userId, after).filter(isUnheard).slice(0, 100)),
      received: (userId, position) =>
        Effect.sync(() =>
          of(userId)
            .filter((recorded) => recorded.position <= position)
            .forEach(({ identity }) => delivered.add(identity))
        ),
      behind: (positions) =>
        Effect.sync(() => [...positions].flatMap(([userId, position]) => (later(userId, position).length > 0 ? [userId] : [])))
    })
  })
)
