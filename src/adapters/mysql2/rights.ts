import { Effect, Schema } from "effect"
import { MySql } from "./MySql.ts"
import type { MySqlFailure } from "./MySqlFailure.ts"
import { procedureNames } from "./procedures.ts"

/** The database that we are on, and an account there as `user@host`: the host is what MySQL's `CURRENT_USER()` has, such as `%`. */
export interface Seat {
  readonly database: string
  readonly account: string
}

/** Asks the server where we are and whom it takes us for. An account without any right on the database is not let in. */
export const whereWeAre: Effect.Effect<Seat, MySqlFailure, MySql> = Effect.gen(function* () {
  const { execute } = yield* MySql
  const rows = yield* execute("SELECT DATABASE() AS `database`, CURRENT_USER() AS account")
  return (yield* Effect.orDie(decodeSeat(rows)))[0]
})

/** Which procedures of the ledger the server does not show us: they are not there, or we may not call them. */
export const hiddenProcedures: Effect.Effect<ReadonlyArray<string>, MySqlFailure, MySql> = Effect.gen(function* () {
  const { execute } = yield* MySql
  const rows = yield* execute("SELECT ROUTINE_NAME AS name FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()")
  const shown = new Set((yield* Effect.orDie(decodeNames(rows))).map(({ name }) => name.toLowerCase()))
  return procedureNames.filter((name) => !shown.has(name))
})

/**
 * The statements that let an account serve with `MIGRATE=off`: it may call the ledger's procedures and no more. In a routine's grant
 * the database's name is taken letter for letter.
 */
export const serviceGrants = ({ database, account }: Seat, procedures = procedureNames): ReadonlyArray<string> =>
  procedures.map(
    (procedure) => `GRANT EXECUTE ON PROCEDURE ${quoteProcedure(database, procedure)} TO ${quoteAccount(account)};`
  )

/** The statement that lets an account migrate. In a database's grant `_` and `%` stand for any letters, so they are escaped. */
export const migrationGrant = ({ database, account }: Seat): string =>
  `GRANT CREATE, ALTER, INDEX, CREATE ROUTINE, EXECUTE, SELECT, INSERT, UPDATE, DELETE ON ` +
  `${quote(database).replaceAll(/[_%\\]/gu, String.raw`\$&`)}.* TO ${quoteAccount(account)};`

/** A procedure with its database, as statements name it, whatever letters they have. */
export const quoteProcedure = (database: string, procedure: string): string => `${quote(database)}.${quote(procedure)}`

/** An account as statements name it, whatever letters it has; without a host it is one for any host. */
export const quoteAccount = (account: string): string => {
  const at = account.lastIndexOf("@")
  const [user, host] = at < 0 ? [account, "%"] : [account.slice(0, at), account.slice(at + 1)]
  return `${quote(user)}@${quote(host)}`
}

const quote = (name: string) => `\`${name.replaceAll("`", "``")}\``

const decodeSeat = Schema.decodeUnknownEffect(
  Schema.Tuple([Schema.Struct({ database: Schema.String, account: Schema.String })])
)
const decodeNames = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ name: Schema.String })))
