import { Effect, Schema } from "effect"
import { CannotStart } from "../../domain/CannotStart.ts"
import { MySql } from "./MySql.ts"
import { denials } from "./denials.ts"
import { codeOf, type MySqlFailure } from "./MySqlFailure.ts"
import { version1 } from "./version1.ts"
import { whileAway } from "./whileAway.ts"

const migrations: ReadonlyArray<ReadonlyArray<string>> = [version1]

/**
 * Brings the ledger's schema to the newest version, which it returns. Several workers may do so at once, and a migration that was
 * cut off is simply run again. `CannotStart` names the rights that are missing.
 */
export const migrate: Effect.Effect<number, CannotStart, MySql> = Effect.gen(function* () {
  const { script } = yield* MySql
  const from = yield* currentVersion
  for (const [index, statements] of migrations.entries()) {
    const version = index + 1
    if (version <= from) continue
    yield* script([...statements, `INSERT IGNORE INTO update_ledger_migrations VALUES (${version}, UTC_TIMESTAMP(3))`])
    yield* Effect.logInfo(`the ledger's schema is now version ${version}`)
  }
  return migrations.length
}).pipe(whileAway, Effect.mapError(mayNotMigrate))

/** Fails unless the ledger's schema is already at the version that this service needs (`MIGRATE=off`). */
export const requireMigrated: Effect.Effect<void, CannotStart, MySql> = Effect.gen(function* () {
  const version = yield* currentVersion.pipe(whileAway, Effect.mapError(mayNotMigrate))
  if (version >= migrations.length) return
  return yield* new CannotStart({
    message:
      `the ledger's schema is version ${version}, this service needs ${migrations.length}: run npm run migrate ` +
      `with an account that may create tables and procedures, or set MIGRATE=auto`
  })
})

const decodeVersion = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ version: Schema.Int })]))

const currentVersion = Effect.gen(function* () {
  const { execute } = yield* MySql
  return yield* execute("CALL update_ledger_version()").pipe(
    Effect.flatMap((rows) => Effect.orDie(decodeVersion(rows))),
    Effect.map(([{ version }]) => version),
    Effect.catchIf(
      ({ code }) => code === "ER_SP_DOES_NOT_EXIST",
      () => Effect.succeed(0)
    )
  )
})

function mayNotMigrate(failure: MySqlFailure) {
  return new CannotStart({ message: `${denials[failure.code] ?? rights} (${codeOf(failure)})` })
}

const rights =
  "the ledger's schema cannot be brought up to date: the account MYSQL_USER needs CREATE, CREATE ROUTINE, EXECUTE, SELECT, INSERT, " +
  "UPDATE and DELETE on the database, or run npm run migrate once with an account that has them and set MIGRATE=off"
