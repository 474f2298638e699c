import { Effect, Schema } from "effect"
import { DbError } from "../../domain/Errors.ts"
import type { JobIdentity } from "../../domain/JobRef.ts"
import { Outcome, type Recorded } from "../../domain/Outcome.ts"
import { UserId } from "../../domain/UserId.ts"

const Row = Schema.Struct({
  user_id: Schema.Union([UserId, Schema.Literal("")]),
  position: Schema.Int,
  life: Schema.Int,
  job_id: Schema.String,
  ...Outcome.fields
})

const Refusal = Schema.Struct({ refused: Schema.Literals(["unknownUser", "ambiguousUser", "notStored"]) })

const decodeRow = Schema.decodeUnknownEffect(Row)
const decodePruned = Schema.decodeUnknownEffect(Schema.Struct({ pruned: Schema.Int }))
const decodeApplied = Schema.decodeUnknownEffect(Schema.Union([Row, Refusal]))

/** Reads the outcome that a procedure of the ledger answered with. A row of another shape is a defect: the schema is ours. */
export const readRecorded = (identity: JobIdentity, row: unknown): Effect.Effect<Recorded> =>
  decodeRow(row).pipe(
    Effect.map((decoded) => toRecorded(identity, decoded)),
    Effect.orDie
  )

/** Reads what applying answered: the outcome, or why the update was rolled back. */
export const readApplied = (identity: JobIdentity, row: unknown): Effect.Effect<Recorded, DbError> =>
  decodeApplied(row).pipe(
    Effect.orDie,
    Effect.flatMap((answer) =>
      "refused" in answer ? Effect.fail(new DbError({ reason: answer.refused })) : Effect.succeed(toRecorded(identity, answer))
    )
  )

/** Reads how many outcomes were pruned. */
export const readPruned = (row: unknown): Effect.Effect<number> =>
  decodePruned(row).pipe(
    Effect.map(({ pruned }) => pruned),
    Effect.orDie
  )

const toRecorded = (identity: JobIdentity, row: typeof Row.Type): Recorded => ({
  identity,
  jobId: row.job_id,
  ...(row.user_id === "" ? {} : { userId: row.user_id }),
  position: row.position,
  life: row.life,
  outcome: { tag: row.tag, reason: row.reason }
})
