import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { describeRights } from "../../../src/adapters/mysql2/describeRights.ts"
import { migrationGrant, quoteAccount, serviceGrants } from "../../../src/adapters/mysql2/rights.ts"
import { type DatabaseAccount, query } from "../../../src/local/sql.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { DatabaseServer, ledgerOn } from "../../support/database.ts"

const start = (...options: Parameters<typeof ledgerOn>) => Effect.provide(Effect.asVoid(Ledger), ledgerOn(...options))
const whyNot = (...options: Parameters<typeof ledgerOn>) => Effect.map(Effect.flip(start(...options)), ({ message }) => message)

const names = ["plain", "under_score", "da-sh per%cent", "back`tick", "quo'te", "back\\slash"]

/** The statements within a text, as somebody would paste them. */
const statementsIn = (text: string) => text.split("\n").filter((line) => /^(?:GRANT|DROP) /u.test(line))

/** A database of that name with the deployment's schema, and an account that is let in and may do nothing. */
const makeStranger = (database?: string) =>
  Effect.gen(function* () {
    const server = yield* DatabaseServer
    const { database: name } = yield* server.createDatabase(database)
    const asRoot: DatabaseAccount = { ...server, database: name }
    const stranger: DatabaseAccount = { ...asRoot, user: "stranger", password: Redacted.make("stranger") }
    yield* query(asRoot, ["DROP USER IF EXISTS stranger@'%'", "CREATE USER stranger@'%' IDENTIFIED BY 'stranger'"])
    return { asRoot, stranger }
  })

const letIn = (asRoot: DatabaseAccount) => query(asRoot, "GRANT EXECUTE ON PROCEDURE UpdateRecord TO stranger@'%'")

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("the rights of an account", (it) => {
  it.effect.each(names.map((name) => ({ name })))(
    "in a database named $name are named so that pasting them is enough",
    ({ name }) =>
      Effect.gen(function* () {
        const { asRoot, stranger } = yield* makeStranger(`${name}_x`)
        yield* letIn(asRoot)
        const [grant, ...others] = statementsIn(yield* whyNot(stranger))
        assert.deepStrictEqual(others, [])
        yield* query(asRoot, String(grant).replace(/;$/u, ""))
        yield* start(stranger)

        yield* query(asRoot, ["DROP USER IF EXISTS least@'%'", "CREATE USER least@'%' IDENTIFIED BY 'least'"])
        for (const statement of serviceGrants({ database: stranger.database, account: "least@%" }))
          yield* query(asRoot, statement.replace(/;$/u, ""))
        yield* start({ ...stranger, user: "least", password: Redacted.make("least") }, { migrate: false })
      })
  )

  it.effect("that is too weak to migrate are told with the other way: the command, and whom it is for", () =>
    Effect.gen(function* () {
      const { asRoot, stranger } = yield* makeStranger()
      yield* letIn(asRoot)
      assert.include(yield* whyNot(stranger), "npm run migrate -- stranger@%")
      yield* query(asRoot, `GRANT CREATE ON \`${stranger.database}\`.* TO stranger@'%'`)
      assert.include(yield* whyNot(stranger), migrationGrant({ database: stranger.database, account: "stranger@%" }))
    })
  )

  it.effect("that nobody has given any are told as what is missing", () =>
    Effect.gen(function* () {
      const { stranger } = yield* makeStranger()
      assert.include(yield* whyNot(stranger), "may not use the database MYSQL_DATABASE")
    })
  )

  it.effect("are enough to start with MIGRATE=off only when they are all there; the missing ones are named", () =>
    Effect.gen(function* () {
      const { asRoot, stranger } = yield* makeStranger()
      yield* letIn(asRoot)
      assert.include(yield* whyNot(stranger, { migrate: false }), "npm run migrate -- stranger@%")
      yield* start(asRoot)
      const grants = serviceGrants({ database: stranger.database, account: "stranger@%" })
      for (const grant of grants.slice(0, 1)) yield* query(asRoot, grant.replace(/;$/u, ""))
      const missing = statementsIn(yield* whyNot(stranger, { migrate: false }))
      assert.deepStrictEqual(missing, grants.slice(1))
      for (const grant of missing) yield* query(asRoot, grant.replace(/;$/u, ""))
      yield* start(stranger, { migrate: false })
    })
  )

  it.effect("are gone with the account that migrated: the service says so, and how to mend it", () =>
    Effect.gen(function* () {
      const { asRoot, stranger } = yield* makeStranger()
      yield* query(asRoot, migrationGrant({ database: stranger.database, account: "stranger@%" }).replace(/;$/u, ""))
      yield* start(stranger)
      yield* query(asRoot, "DROP USER stranger@'%'")
      for (const migrate of [true, false]) {
        const message = yield* whyNot(asRoot, { migrate })
        assert.include(message, "that account is gone")
        assert.include(message, "ER_NO_SUCH_USER 1449")
      }
      const routines = yield* query(
        asRoot,
        "SELECT ROUTINE_NAME AS name FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_NAME LIKE 'update\\_ledger\\_%'"
      )
      for (const { name } of routines) yield* query(asRoot, `DROP PROCEDURE ${String(name)}`)
      yield* start(asRoot)
    })
  )

  it.effect("that UpdateRecord itself runs with are seen at the start", () =>
    Effect.gen(function* () {
      const { asRoot } = yield* makeStranger()
      yield* query(asRoot, [
        "CREATE USER author@'%'",
        "DROP PROCEDURE UpdateRecord",
        `CREATE DEFINER = author@'%' PROCEDURE UpdateRecord(IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100),
                                                            IN m MEDIUMTEXT)
           UPDATE Users SET Phone = p, Password = w, Name = n, Image = m WHERE Id = i`
      ])
      assert.include(yield* whyNot(asRoot), "UpdateRecord may not run it")
      yield* query(asRoot, "GRANT EXECUTE ON PROCEDURE UpdateRecord TO author@'%'")
      assert.include(yield* whyNot(asRoot), "may not update Users")
      yield* query(asRoot, "DROP USER author@'%'")
      assert.include(yield* whyNot(asRoot), "the procedure UpdateRecord runs with the rights of an account that is gone")
    })
  )
})

describe("the statements about rights", () => {
  it("name an account whatever letters it has, for any host where none is said", () => {
    assert.strictEqual(quoteAccount("service@10.0.%"), "`service`@`10.0.%`")
    assert.strictEqual(quoteAccount("service"), "`service`@`%`")
    assert.strictEqual(quoteAccount("a@b`c@localhost"), "`a@b``c`@`localhost`")
    assert.strictEqual(quoteAccount("x'; DROP TABLE Users; -- @%"), "`x'; DROP TABLE Users; -- `@`%`")
  })

  it("take _ and % in a database's name for letters", () => {
    const grant = migrationGrant({ database: "a_b%c`d", account: "m@%" })
    assert.include(grant, "ON `a\\_b\\%c``d`.* TO `m`@`%`;")
  })

  it("are all SQL: comments and grants, one a line", () => {
    const lines = describeRights({ database: "users", account: "admin@localhost" }, "service@%").split("\n")
    for (const line of lines) assert.match(line, /^(?:-- |GRANT EXECUTE ON PROCEDURE `users`\.`\w+` TO `service`@`%`;$)/u)
    assert.include(lines.at(-1), "TO `admin`@`localhost`;")
  })
})
