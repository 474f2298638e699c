import { Context, Effect, Layer, Logger } from "effect"
import * as LedgerMySql from "../../src/adapters/mysql2/LedgerMySql.ts"
import * as LivesMySql from "../../src/adapters/mysql2/LivesMySql.ts"
import * as MySql from "../../src/adapters/mysql2/MySql.ts"
import * as BreakersInProcess from "../../src/adapters/process/BreakersInProcess.ts"
import * as ReadinessInProcess from "../../src/adapters/process/ReadinessInProcess.ts"
import type { LocalDatabase } from "../../src/local/LocalDatabase.ts"
import { startDatabase } from "../../src/local/servers.ts"
import { type DatabaseAccount, query, type Row } from "../../src/local/sql.ts"

/** The database server of one test file. */
export class DatabaseServer extends Context.Service<DatabaseServer, LocalDatabase>()("test/DatabaseServer") {
  static readonly layer = Layer.effect(DatabaseServer, startDatabase())
}

/** A database of its own, with the deployment's table and procedure and these users in it. */
export const makeDatabase = Effect.fnUntraced(function* (...ids: ReadonlyArray<string>) {
  const server = yield* DatabaseServer
  const account = yield* server.createDatabase()
  for (const id of ids) yield* query(account, "INSERT INTO Users VALUES (?, 'old', 'old', 'old', 'old')", [id])
  return { account, asRoot: { ...server, database: account.database } }
})

/** All users, as the database holds them. */
export const readUsers = (account: DatabaseAccount): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.orDie(query(account, "SELECT * FROM Users ORDER BY Id"))

/** All outcomes, oldest first. */
export const readOutcomes = (account: DatabaseAccount): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.orDie(
    query(account, "SELECT *, HEX(identity) AS hex FROM update_ledger_outcomes ORDER BY ended_at, user_id, position")
  )

/** The ledger and the lives on a database. */
export const ledgerOn = (
  account: DatabaseAccount,
  options: { readonly migrate?: boolean; readonly lockWaitSeconds?: number; readonly relay?: number } = {}
) =>
  LivesMySql.layer("bull:Update_User").pipe(
    Layer.provideMerge(LedgerMySql.layer({ migrate: options.migrate ?? true, relay: options.relay ?? 0 })),
    Layer.provideMerge(MySql.layer({ ...account, connections: 10, lockWaitSeconds: options.lockWaitSeconds ?? 1 })),
    Layer.provideMerge([ReadinessInProcess.layer(["mysql"]), BreakersInProcess.layer]),
    Layer.provideMerge(Logger.layer([]))
  )
