import { layer } from "@effect/vitest"
import { Context, Duration, Effect, Layer } from "effect"
import { query } from "../../../src/local/sql.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { Lives } from "../../../src/services/Lives.ts"
import { type LedgerUnderTest, ledgerConformance } from "../../services/ledgerConformance.ts"
import { DatabaseServer, ledgerOn, makeDatabase } from "../../support/database.ts"

const makeLedger = Effect.fnUntraced(function* (...users: ReadonlyArray<string>) {
  const { account } = yield* Effect.orDie(makeDatabase(...users))
  const context = yield* Effect.orDie(Layer.build(ledgerOn(account)))
  const ask = (sql: string, parameter: string | number) => Effect.orDie(query(account, sql, [parameter]))
  const ledger: LedgerUnderTest = {
    ledger: Context.get(context, Ledger),
    lives: Context.get(context, Lives),
    phoneOf: (id) => Effect.map(ask("SELECT Phone FROM Users WHERE Id = ?", id), ([row]) => row?.["Phone"]),
    age: (by) => ask("UPDATE update_ledger_outcomes SET ended_at = ended_at - INTERVAL ? SECOND", Duration.toSeconds(by))
  }
  return ledger
})

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("the ledger on MySQL", (it) =>
  ledgerConformance({ effect: it.effect, makeLedger })
)
