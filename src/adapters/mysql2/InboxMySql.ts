import { Effect, Layer, Schema } from "effect"
import { JobIdentity } from "../../domain/JobRef.ts"
import { UserId } from "../../domain/UserId.ts"
import { Inbox } from "../../services/Inbox.ts"
import { Ledger } from "../../services/Ledger.ts"
import { readRecorded } from "./LedgerRow.ts"
import { MySql, type Value } from "./MySql.ts"
import { call } from "./procedures.ts"
import { untilDone } from "./untilDone.ts"

/** What users have to hear, from the ledger on MySQL. It needs the ledger's schema. */
export const layer: Layer.Layer<Inbox, never, MySql | Ledger> = Layer.effect(
  Inbox,
  Effect.gen(function* () {
    const { execute } = yield* MySql
    yield* Ledger
    const ask = (sql: string, ...values: ReadonlyArray<Value>) => untilDone(execute(sql, values))
    const outcomes = (userId: UserId, after: number, unheard: boolean) =>
      ask(call("update_ledger_after_2"), userId, after, unheard ? 1 : 0).pipe(
        Effect.flatMap(Effect.forEach((row) => Effect.flatMap(identityOf(row), (identity) => readRecorded(identity, row))))
      )
    return Inbox.of({
      last: (userId) =>
        ask(call("update_ledger_last_2"), userId).pipe(
          Effect.flatMap(decodePositions),
          Effect.map(([row]) => row?.position ?? 0),
          Effect.orDie
        ),
      after: (userId, position) => outcomes(userId, position, false),
      unheard: (userId, position) => outcomes(userId, position, true),
      received: (userId, position) => Effect.asVoid(ask(call("update_ledger_received_2"), userId, position)),
      behind: (positions) =>
        ask(call("update_ledger_behind_2"), JSON.stringify([...positions])).pipe(
          Effect.flatMap(decodeUsers),
          Effect.map((rows) => rows.map(({ user_id }) => user_id)),
          Effect.orDie
        )
    })
  })
)

const decodePositions = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ position: Schema.Int })))
const decodeUsers = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ user_id: UserId })))
const decodeIdentity = Schema.decodeUnknownEffect(Schema.Struct({ identity: JobIdentity }))

const identityOf = (row: unknown) => Effect.orDie(Effect.map(decodeIdentity(row), ({ identity }) => identity))
