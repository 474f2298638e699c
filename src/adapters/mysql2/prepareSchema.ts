import { Effect, Schema } from "effect"
import { CannotStart } from "../../domain/CannotStart.ts"
import { migrate, requireMigrated } from "./migrate.ts"
import { denials } from "./denials.ts"
import { MySql } from "./MySql.ts"
import { codeOf, type MySqlFailure } from "./MySqlFailure.ts"
import { call } from "./procedures.ts"
import { whileAway } from "./whileAway.ts"

/** `migrate` says whether the ledger's schema is brought up to date here (`MIGRATE=auto`) or must be already (`MIGRATE=off`). */
export interface SchemaOptions {
  readonly migrate: boolean
}

/**
 * Waits for MySQL, brings the ledger's schema up to date and sees whether updates can be trusted: `Users` is InnoDB, and
 * `UpdateRecord` is there, takes five values and leaves the transaction alone. It is tried on an `Id` that nobody has, and rolled
 * back.
 */
export const prepareSchema = Effect.fn("prepareSchema")(function* (
  options: SchemaOptions
): Effect.fn.Return<{ readonly largestPacket: number }, CannotStart, MySql> {
  const largestPacket = yield* ask("SELECT @@max_allowed_packet AS bytes", decodeBytes, () => "MySQL refuses to answer")
  yield* options.migrate ? migrate : requireMigrated
  const [users] = yield* ask(call("update_ledger_users_table_1"), decodeTables, () => "the table Users cannot be looked up")
  const problem = problemOf(users)
  if (problem !== undefined) return yield* new CannotStart({ message: problem })
  yield* ask(call("update_ledger_try_1"), Effect.succeed, whyNotTried, [`nobody-${crypto.randomUUID()}`])
  return { largestPacket: largestPacket[0].bytes }
})

const ask = Effect.fnUntraced(function* <A, E>(
  sql: string,
  decode: (rows: ReadonlyArray<unknown>) => Effect.Effect<A, E>,
  why: (failure: MySqlFailure) => string,
  values: ReadonlyArray<string> = []
) {
  const { execute } = yield* MySql
  const rows = yield* whileAway(execute(sql, values)).pipe(
    Effect.mapError((failure) => new CannotStart({ message: `${denials[failure.code] ?? why(failure)} (${codeOf(failure)})` }))
  )
  return yield* Effect.orDie(decode(rows))
})

const decodeBytes = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ bytes: Schema.Int })]))
const decodeTables = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ engine: Schema.NullOr(Schema.String) })))

const problemOf = (users: { readonly engine: string | null } | undefined): string | undefined => {
  if (users === undefined) return "MYSQL_DATABASE has no table Users (README, wire contract 4)"
  if (users.engine?.toLowerCase() === "innodb") return undefined
  return `the table Users is ${users.engine}, which cannot roll back: ALTER TABLE Users ENGINE = InnoDB`
}

const whyNotTried = (failure: MySqlFailure): string =>
  failure.aboutSavepoint
    ? "the procedure UpdateRecord commits or rolls back by itself, so an update and its outcome cannot be recorded together"
    : (refusals[failure.code] ?? "the procedure UpdateRecord fails when it is tried on an Id that nobody has")

const refusals: Readonly<Record<string, string>> = {
  ER_SP_DOES_NOT_EXIST: "the procedure UpdateRecord does not exist in MYSQL_DATABASE (README, wire contract 4)",
  ER_SP_WRONG_NO_OF_ARGS: "the procedure UpdateRecord does not take five values: Id, Phone, Password, Name, Image",
  ER_PROCACCESS_DENIED_ERROR:
    "the account that migrated may not call the procedure UpdateRecord, or the account that made UpdateRecord may not run it",
  ER_TABLEACCESS_DENIED_ERROR: "the account that made the procedure UpdateRecord may not update Users",
  ER_NO_SUCH_USER: "the procedure UpdateRecord runs with the rights of an account that is gone: create one of them again"
}
