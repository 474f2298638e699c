import { Array, Effect, Layer, Schema } from "effect"
import { JobIdentity } from "../../domain/JobRef.ts"
import { Ledger } from "../../services/Ledger.ts"
import { Outbox } from "../../services/Outbox.ts"
import { readRecorded } from "./LedgerRow.ts"
import { MySql, type Value } from "./MySql.ts"
import { call } from "./procedures.ts"
import { untilDone } from "./untilDone.ts"

/** `relay` is the number of this process among those that relay, as the ledger was given it; `queue` is named `<prefix>:<queue>`. */
export interface OutboxOptions {
  readonly relay: number
  readonly queue: string
}

/** What this process has to hand over, from the ledger on MySQL. It needs the ledger's schema. */
export const layer = ({ relay, queue }: OutboxOptions): Layer.Layer<Outbox, never, MySql | Ledger> =>
  Layer.effect(
    Outbox,
    Effect.gen(function* () {
      const { execute } = yield* MySql
      yield* Ledger
      const ask = (sql: string, ...values: ReadonlyArray<Value>) => untilDone(execute(sql, values))
      return Outbox.of({
        beat: ask(call("update_ledger_beat_2"), relay, queue).pipe(
          Effect.flatMap(decodeTaken),
          Effect.map(([{ taken }]) => taken > 0),
          Effect.orDie
        ),
        untold: (limit) =>
          ask(call("update_ledger_untold_2"), relay, limit).pipe(
            Effect.flatMap(Effect.forEach((row) => Effect.flatMap(identityOf(row), (identity) => readRecorded(identity, row))))
          ),
        told: (identities) =>
          Effect.forEach(
            Array.chunksOf(identities.toSorted(), batchSize),
            (batch) => ask(call("update_ledger_told_2"), JSON.stringify(batch)),
            { discard: true }
          ),
        leave: Effect.asVoid(ask(call("update_ledger_leave_2"), relay))
      })
    })
  )

const batchSize = 1000

const decodeTaken = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ taken: Schema.Int })]))
const decodeIdentity = Schema.decodeUnknownEffect(Schema.Struct({ identity: JobIdentity }))

const identityOf = (row: unknown) => Effect.orDie(Effect.map(decodeIdentity(row), ({ identity }) => identity))
