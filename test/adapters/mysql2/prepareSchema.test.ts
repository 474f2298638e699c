import { assert, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { version1 } from "../../../src/adapters/mysql2/version1.ts"
import { version2 } from "../../../src/adapters/mysql2/version2.ts"
import { query } from "../../../src/local/sql.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { DatabaseServer, ledgerOn, makeDatabase } from "../../support/database.ts"

const start = (...options: Parameters<typeof ledgerOn>) => Effect.provide(Effect.asVoid(Ledger), ledgerOn(...options))
const whyNot = (...options: Parameters<typeof ledgerOn>) => Effect.map(Effect.flip(start(...options)), ({ message }) => message)

const parameters = "IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100), IN m MEDIUMTEXT"
const update = "UPDATE Users SET Phone = p, Password = w, Name = n, Image = m WHERE Id = i"
const replaceBy = (procedure: string) => ["DROP PROCEDURE UpdateRecord", procedure]

const problems: ReadonlyArray<{ readonly name: string; readonly alter: ReadonlyArray<string>; readonly says: string }> = [
  { name: "Users is missing", alter: ["DROP TABLE Users"], says: "MYSQL_DATABASE has no table Users" },
  { name: "Users cannot roll back", alter: ["ALTER TABLE Users ENGINE = MyISAM"], says: "ALTER TABLE Users ENGINE = InnoDB" },
  {
    name: "UpdateRecord is missing",
    alter: ["DROP PROCEDURE UpdateRecord"],
    says: "the procedure UpdateRecord does not exist"
  },
  {
    name: "UpdateRecord takes other parameters",
    alter: replaceBy("CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100)) SELECT i"),
    says: "the procedure UpdateRecord does not take five values"
  },
  {
    name: "UpdateRecord commits",
    alter: replaceBy(`CREATE PROCEDURE UpdateRecord(${parameters}) BEGIN ${update}; COMMIT; END`),
    says: "commits or rolls back by itself"
  },
  {
    name: "UpdateRecord rolls back in what it calls",
    alter: [
      ...replaceBy(`CREATE PROCEDURE UpdateRecord(${parameters}) BEGIN ${update}; CALL Inner1(); END`),
      "CREATE PROCEDURE Inner1() ROLLBACK"
    ],
    says: "commits or rolls back by itself"
  },
  {
    name: "UpdateRecord begins a transaction of its own",
    alter: replaceBy(`CREATE PROCEDURE UpdateRecord(${parameters}) BEGIN START TRANSACTION; ${update}; COMMIT; END`),
    says: "commits or rolls back by itself"
  }
]

const identity = (number: number) => number.toString(16).padStart(64, "0")

/** How a worker of version 1 applies an update. */
const applyAsVersion1 = (number: number) =>
  `CALL update_ledger_apply_1('${identity(number)}', '${number}', 1, ${number}, '1', 'phone', 'password', 'name', 'image')`

/** A database that a worker of version 1 has worked on, when outcomes had no relay yet. */
const makeVersion1 = Effect.fnUntraced(function* () {
  const { account } = yield* makeDatabase("1")
  yield* query(account, [...version1, "ALTER TABLE update_ledger_outcomes DROP KEY untold, DROP COLUMN relay"])
  yield* query(account, ["INSERT INTO update_ledger_migrations VALUES (1, UTC_TIMESTAMP(3))", applyAsVersion1(1)])
  return account
})

const jobs = (account: Parameters<typeof start>[0]) =>
  Effect.map(query(account, "SELECT job_id, tag, relay FROM update_ledger_outcomes ORDER BY position"), (rows) =>
    rows.map((row) => ({ ...row }))
  )

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("the service on MySQL", (it) => {
  it.effect("starts on the deployment's schema, again and by several workers at once", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.all([start(account), start(account), start(account)], { concurrency: "unbounded" })
      yield* start(account, { migrate: false })
      const versions = yield* query(account, "SELECT version FROM update_ledger_migrations")
      assert.deepStrictEqual(versions, [{ version: 1 }, { version: 2 }, { version: 3 }])
      assert.deepStrictEqual(yield* query(account, "SELECT Phone FROM Users"), [{ Phone: "old" }])
    })
  )

  it.effect("takes over the ledger of version 1 with what it holds, and works beside workers of that version", () =>
    Effect.gen(function* () {
      const account = yield* makeVersion1()
      yield* start(account)
      yield* query(account, applyAsVersion1(2))
      yield* query(account, applyAsVersion1(1))
      const applied = { tag: "Updated", relay: null }
      assert.deepStrictEqual(yield* jobs(account), [
        { job_id: "1", ...applied },
        { job_id: "2", ...applied }
      ])
    })
  )

  it.effect("ends a migration that was cut off after any of its statements", () =>
    Effect.gen(function* () {
      const account = yield* makeVersion1()
      for (const [index] of version2.entries()) yield* query(account, version2.slice(0, index + 1))
      yield* query(account, "ALTER TABLE update_ledger_outcomes DROP KEY untold")
      yield* start(account)
      const keys = yield* query(account, "SHOW KEYS FROM update_ledger_outcomes WHERE Key_name = 'untold'")
      assert.deepStrictEqual(
        keys.map((key) => key["Column_name"]),
        ["relay", "delivered_at"]
      )
      assert.deepStrictEqual(yield* jobs(account), [{ job_id: "1", tag: "Updated", relay: null }])
    })
  )

  it.effect("migrates while transactions of other workers are in the way", () =>
    Effect.gen(function* () {
      const account = yield* makeVersion1()
      const transaction = ["START TRANSACTION", "SELECT * FROM update_ledger_outcomes", "DO SLEEP(2.5)", "COMMIT"]
      yield* Effect.all([query(account, transaction), Effect.all([start(account), start(account)], { concurrency: 2 })], {
        concurrency: 2
      })
      yield* start(account, { migrate: false })
    })
  )

  it.effect.each(problems)("refuses to start where $name, and says so", ({ alter, says }) =>
    Effect.gen(function* () {
      const { account, asRoot } = yield* makeDatabase("1")
      yield* query(asRoot, alter)
      assert.include(yield* whyNot(account), says)
    })
  )

  it.effect("refuses to start with MIGRATE=off before a migration, and names the command", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      assert.include(yield* whyNot(account, { migrate: false }), "npm run migrate")
    })
  )

  it.effect("tells an account that may not create tables which rights it needs", () =>
    Effect.gen(function* () {
      const { account, asRoot } = yield* makeDatabase()
      yield* query(asRoot, [
        "DROP USER IF EXISTS weak@'%'",
        "CREATE USER weak@'%' IDENTIFIED BY 'weak'",
        `GRANT EXECUTE ON ${account.database}.* TO weak@'%'`
      ])
      const message = yield* whyNot({ ...account, user: "weak", password: Redacted.make("weak") })
      assert.include(message, "CREATE, ALTER, INDEX, CREATE ROUTINE")
      assert.include(message, "npm run migrate")
    })
  )

  it.effect("serves an account that may only execute, once somebody else has migrated", () =>
    Effect.gen(function* () {
      const { account, asRoot } = yield* makeDatabase()
      yield* start(asRoot)
      yield* query(asRoot, [
        "DROP USER IF EXISTS least@'%'",
        "CREATE USER least@'%' IDENTIFIED BY 'least'",
        `GRANT EXECUTE ON ${account.database}.* TO least@'%'`
      ])
      yield* start({ ...account, user: "least", password: Redacted.make("least") }, { migrate: false })
    })
  )

  it.effect("says what is wrong with the account, and never the password", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const wrong = yield* whyNot({ ...account, password: Redacted.make("the-wrong-password") })
      assert.include(wrong, "MYSQL_USER or MYSQL_PASSWORD is wrong")
      assert.notInclude(wrong, "the-wrong-password")
      assert.match(yield* whyNot({ ...account, database: "nowhere" }), /MYSQL_DATABASE/u)
    })
  )

  it.effect("waits for a server that is not there yet", () =>
    Effect.gen(function* () {
      const server = yield* DatabaseServer
      const { account } = yield* makeDatabase("1")
      yield* server.kill("SIGKILL")
      yield* Effect.all([start(account), server.restart], { concurrency: "unbounded" })
    })
  )
})
