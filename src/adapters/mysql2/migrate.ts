import { Effect, Schema } from "effect"
import { CannotStart } from "../../domain/CannotStart.ts"
import { backoff } from "../../domain/backoff.ts"
import { denials } from "./denials.ts"
import { MySql } from "./MySql.ts"
import { codeOf, type MySqlFailure } from "./MySqlFailure.ts"
import { call } from "./procedures.ts"
import { hiddenProcedures, type Seat, serviceGrants, whereWeAre } from "./rights.ts"
import { version1 } from "./version1.ts"
import { version2 } from "./version2.ts"
import { version3 } from "./version3.ts"
import { whileAway } from "./whileAway.ts"
import { whyNotCalled, whyNotMigrated } from "./whyNotMigrated.ts"

const migrations: ReadonlyArray<ReadonlyArray<string>> = [version1, version2, version3]

/** What a migration came to: the newest version, and where and as whom it was done. */
export interface Migrated extends Seat {
  readonly version: number
}

/**
 * Brings the ledger's schema to the newest version. Several workers may do so at once, also while others work: one that is locked out
 * tries again, and a migration that was cut off is simply run again. `CannotStart` says which rights are missing, as statements to paste.
 */
export const migrate: Effect.Effect<Migrated, CannotStart, MySql> = Effect.gen(function* () {
  const seat = yield* letIn
  yield* whileAway(bringUpToDate).pipe(Effect.mapError(cannotStart(whyNotMigrated(seat))))
  return { ...seat, version: migrations.length }
})

/**
 * Fails unless the ledger's schema is already at the version that this service needs, and the account may call all of its procedures
 * (`MIGRATE=off`). `CannotStart` names the command, or the statements to paste.
 */
export const requireMigrated: Effect.Effect<void, CannotStart, MySql> = Effect.gen(function* () {
  const seat = yield* letIn
  const why = cannotStart(whyNotCalled(seat))
  const version = yield* whileAway(currentVersion).pipe(Effect.mapError(why))
  if (version < migrations.length) {
    const message = `the ledger's schema is version ${version}, this service needs ${migrations.length}: run npm run migrate -- ${seat.account} with an account that may create tables and procedures, or set MIGRATE=auto`
    return yield* new CannotStart({ message })
  }
  const hidden = yield* whileAway(hiddenProcedures).pipe(Effect.mapError(why))
  if (hidden.length === 0) return
  const statements = serviceGrants(seat, hidden).join("\n")
  return yield* new CannotStart({
    message: `the account MYSQL_USER may not call all of the ledger's procedures:\n${statements}`
  })
})

const cannotStart = (why: (failure: MySqlFailure) => string) => (failure: MySqlFailure) =>
  new CannotStart({ message: `${why(failure)} (${codeOf(failure)})` })

const letIn = whileAway(whereWeAre).pipe(Effect.mapError(cannotStart(({ code }) => denials[code] ?? "MySQL refuses to answer")))

const bringUpToDate = Effect.gen(function* () {
  const { script } = yield* MySql
  const from = yield* currentVersion
  for (const [index, statements] of migrations.entries()) {
    const version = index + 1
    if (version <= from) continue
    yield* whileBusy(script([...statements, noteOf(version)]))
    yield* Effect.logInfo(`the ledger's schema is now version ${version}`)
  }
})

const noteOf = (version: number) => `INSERT IGNORE INTO update_ledger_migrations VALUES (${version}, UTC_TIMESTAMP(3))`

const whileBusy = <A>(self: Effect.Effect<A, MySqlFailure>): Effect.Effect<A, MySqlFailure> =>
  Effect.retry(self, { schedule: backoff, while: ({ kind }) => kind === "busy" })

const decodeVersion = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ version: Schema.Int })]))

const currentVersion = Effect.gen(function* () {
  const { execute } = yield* MySql
  return yield* execute(call("update_ledger_version")).pipe(
    Effect.flatMap((rows) => Effect.orDie(decodeVersion(rows))),
    Effect.map(([{ version }]) => version),
    Effect.catchIf(
      ({ code }) => code === "ER_SP_DOES_NOT_EXIST",
      () => Effect.succeed(0)
    )
  )
})
