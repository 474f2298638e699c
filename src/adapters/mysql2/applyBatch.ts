import { Effect, Schema } from "effect"
import { type Recorded, updated } from "../../domain/Outcome.ts"
import type { MySql } from "./MySql.ts"
import type { MySqlFailure } from "./MySqlFailure.ts"
import { call } from "./procedures.ts"
import { compareUpdates, type Update, valuesOf } from "./Update.ts"
import { batchRoutines, valuesPerUpdate } from "./version3/applyBatchRoutines.ts"

/** How many updates fit into one batch. */
export const largestBatch = batchRoutines.update_ledger_apply_many_3

/**
 * Applies updates in one transaction: for each, in the order given, what is recorded, or nothing where it was left out and has to be
 * applied alone.
 */
export const applyBatch = (
  execute: MySql["Service"]["execute"],
  batch: ReadonlyArray<Update>,
  relay: number
): Effect.Effect<ReadonlyArray<Recorded | undefined>, MySqlFailure> => {
  const sorted = batch.toSorted(compareUpdates)
  const routine = routineFor(batch.length)
  const empty = Array.from({ length: (batchRoutines[routine] - batch.length) * valuesPerUpdate }, () => null)
  return execute(call(routine), [relay, ...sorted.flatMap(valuesOf), ...empty]).pipe(
    Effect.flatMap(readPositions),
    Effect.map((positions) => {
      const recorded = new Map(sorted.map((update, index) => [update, toRecorded(update, positions[index])]))
      return batch.map((update) => recorded.get(update))
    })
  )
}

const routineFor = (count: number) =>
  count === 1 ? "update_ledger_apply_single_3" : count <= 4 ? "update_ledger_apply_few_3" : "update_ledger_apply_many_3"

const decodePositions = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ positions: Schema.String })]))

const readPositions = (rows: ReadonlyArray<unknown>) =>
  decodePositions(rows).pipe(
    Effect.map(([{ positions }]) => positions.split(",").map(Number)),
    Effect.orDie
  )

const toRecorded = ({ job, record }: Update, position = 0): Recorded | undefined =>
  position === 0
    ? undefined
    : {
        identity: job.identity,
        jobId: job.jobId.slice(0, 255),
        userId: record.id,
        position,
        life: job.place.life,
        outcome: updated
      }
