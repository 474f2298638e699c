import { Effect, Layer, Option, Schema } from "effect"
import { Ledger } from "../../services/Ledger.ts"
import { Lives } from "../../services/Lives.ts"
import { MySql } from "./MySql.ts"
import { call } from "./procedures.ts"
import { untilDone } from "./untilDone.ts"

/** Numbers the lives of one queue, named `<prefix>:<queue>`. It needs the ledger's schema, and waits for MySQL without end. */
export const layer = (queue: string): Layer.Layer<Lives, never, MySql | Ledger> =>
  Layer.effect(
    Lives,
    Effect.gen(function* () {
      const { execute } = yield* MySql
      yield* Ledger
      const ask = (sql: string, life: number) => untilDone(execute(sql, [queue, life]))
      return Lives.of({
        begin: (after) =>
          ask(call("update_ledger_begin_1"), after).pipe(
            Effect.flatMap(decodeBegun),
            Effect.map(([{ life }]) => life),
            Effect.orDie
          ),
        isTaken: ({ life, number }, identity) =>
          untilDone(execute(call("update_ledger_taken_1"), [life, number, identity])).pipe(
            Effect.flatMap(decodeTaken),
            Effect.map(([{ taken }]) => taken > 0),
            Effect.orDie
          ),
        highest: (life) =>
          ask(call("update_ledger_highest_1"), life).pipe(
            Effect.flatMap(decodeHighest),
            Effect.map((rows) => Option.map(Option.fromNullishOr(rows[0]), ({ number }) => number)),
            Effect.orDie
          )
      })
    })
  )

const decodeBegun = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ life: Schema.Int })]))
const decodeTaken = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ taken: Schema.Int })]))
const decodeHighest = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ number: Schema.Int })))
