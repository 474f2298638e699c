import { Effect, type Scope } from "effect"
import type { DbError } from "../../domain/Errors.ts"
import type { Recorded } from "../../domain/Outcome.ts"
import { applyBatch, largestBatch } from "./applyBatch.ts"
import { readApplied } from "./LedgerRow.ts"
import { makeGroups } from "./makeGroups.ts"
import type { MySql } from "./MySql.ts"
import type { MySqlFailure } from "./MySqlFailure.ts"
import { call } from "./procedures.ts"
import { type Update, valuesOf } from "./Update.ts"

/** Who relays what is applied (0: nobody), and how many bytes the server takes at a time. */
export interface ApplyOptions {
  readonly relay: number
  readonly largestPacket: number
}

/** What MySQL answered: the outcome, or why the update was rolled back. */
type Answer = Effect.Effect<Recorded, DbError>

/**
 * Makes one try of applying an update. Those that are ready at the same moment share a transaction. What a batch left out, and all of
 * one that failed, is applied alone; not where MySQL was away, as then the next try will do. Applied alone, an update may wait for a
 * lock, and until it is done no batch goes to its user.
 */
export const makeApply = Effect.fnUntraced(function* (
  execute: MySql["Service"]["execute"],
  { relay, largestPacket }: ApplyOptions
): Effect.fn.Return<(update: Update) => Effect.Effect<Answer, MySqlFailure>, never, Scope.Scope> {
  const bytes = Math.min(mostBytes, largestPacket - margin)
  const loners = new Map<string, number>()
  const count = (id: string, by: number) => {
    const now = (loners.get(id) ?? 0) + by
    if (now > 0) loners.set(id, now)
    else loners.delete(id)
  }

  const alone = (update: Update): Effect.Effect<Answer, MySqlFailure> =>
    Effect.acquireUseRelease(
      Effect.sync(() => count(update.record.id, 1)),
      () => execute(call("update_ledger_apply_2"), [...valuesOf(update), relay]),
      () => Effect.sync(() => count(update.record.id, -1))
    ).pipe(Effect.map(([row]) => readApplied(update.job.identity, row)))

  const together = (batch: ReadonlyArray<Update>) =>
    Effect.match(applyBatch(execute, batch, relay), {
      onSuccess: (all) =>
        batch.map((update, index) => {
          const recorded = all[index]
          return recorded === undefined ? alone(update) : Effect.succeed(Effect.succeed(recorded))
        }),
      onFailure: (failure) => batch.map((update) => (isGone(failure) ? Effect.fail(failure) : alone(update)))
    })

  const inBatch = yield* makeGroups<Update, Answer, MySqlFailure>({
    atOnce: 2,
    most: largestBatch,
    bytes,
    run: together
  })
  return (update) =>
    Effect.suspend(() => (loners.has(update.record.id) || update.bytes > bytes ? alone(update) : inBatch(update)))
})

const isGone = ({ kind }: MySqlFailure) => kind === "away" || kind === "denied"

const mostBytes = 1024 * 1024
const margin = 1024
