import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted } from "effect"
import { inRealTime } from "../../src/local/realTime.ts"
import { startDatabase } from "../../src/local/servers.ts"
import { query } from "../../src/local/sql.ts"
import { isListening, isRunning, until } from "./observe.ts"

const temporary = mkdtempSync(join(tmpdir(), "database-test-"))
const before = process.env["TMPDIR"]

beforeAll(() => {
  process.env["TMPDIR"] = temporary
})
afterAll(() => {
  if (before === undefined) delete process.env["TMPDIR"]
  else process.env["TMPDIR"] = before
  rmSync(temporary, { recursive: true })
})

const insert = "INSERT INTO Users VALUES ('1234567890', 'phone', 'password', 'name', 'image.png')"

describe("a database server of the local stack", () => {
  it.effect("makes databases with the deployment's schema, where CALL UpdateRecord updates a user", () =>
    Effect.gen(function* () {
      const server = yield* startDatabase()
      const database = yield* server.createDatabase()
      assert.deepStrictEqual(yield* query(database, "SELECT * FROM Users"), [])
      yield* query(database, insert)
      yield* query(database, "CALL UpdateRecord(?, ?, ?, ?, ?)", ["1234567890", "p2", "w2", "Zoë 🦊", "x.png"])
      assert.deepStrictEqual((yield* query(database, "SELECT * FROM Users")).map(Object.entries), [
        Object.entries({ Id: "1234567890", Phone: "p2", Password: "w2", Name: "Zoë 🦊", Image: "x.png" })
      ])
    }).pipe(Effect.scoped)
  )

  it.effect("gives the service an account that makes tables and procedures in its own database, and nothing elsewhere", () =>
    Effect.gen(function* () {
      const server = yield* startDatabase()
      const mine = yield* server.createDatabase("user_update")
      yield* query(server, "CREATE DATABASE userXupdate")
      yield* query(mine, [
        "CREATE TABLE ledger (n INT)",
        "CREATE PROCEDURE note() INSERT INTO ledger VALUES (1)",
        "CALL note()"
      ])
      yield* query(mine, ["DROP PROCEDURE note", "ALTER TABLE ledger ADD COLUMN m INT"])
      for (const statement of ["USE userXupdate", "CREATE DATABASE another", "CREATE USER 'x'@'%'", "USE mysql"])
        assert.match((yield* Effect.flip(query(mine, statement))).message, /ER_\w*(DENIED|ACCESS)\w*/u)
    }).pipe(Effect.scoped)
  )

  it.effect("has its data again after a kill", () =>
    Effect.gen(function* () {
      const server = yield* startDatabase()
      const database = yield* server.createDatabase()
      yield* query(database, insert)
      const first = yield* server.pid
      yield* server.kill()
      assert.isFalse(isRunning(first))
      assert.strictEqual((yield* Effect.flip(query(database, "SELECT 1"))).reason, "refused")
      yield* server.restart
      assert.strictEqual((yield* query(database, "SELECT * FROM Users")).length, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("commits durably, listens on loopback alone and lets nobody in without the password", () =>
    Effect.gen(function* () {
      const server = yield* startDatabase({ args: ["--max-connections=17"] })
      const [row] = yield* query(
        server,
        "SELECT @@innodb_flush_log_at_trx_commit AS flush, @@bind_address AS bind, @@max_connections AS most"
      )
      assert.deepStrictEqual({ ...row }, { flush: 1, bind: "127.0.0.1", most: 17 })
      const { host, port } = server
      const guess = { host, port, user: "root", password: Redacted.make("") }
      assert.include((yield* Effect.flip(query(guess, "SELECT 1"))).message, "ER_ACCESS_DENIED_ERROR")
    }).pipe(Effect.scoped)
  )

  it.effect("leaves no process, no port and no folder when its scope closes", () =>
    Effect.gen(function* () {
      const server = yield* Effect.scoped(startDatabase())
      assert.isFalse(isRunning(yield* server.pid))
      assert.isFalse(yield* isListening(server.port))
      assert.deepStrictEqual(readdirSync(temporary), [])
    })
  )

  it.effect.each(["data", "accounts.sql", "socket"])(
    "leaves nothing when it is interrupted as soon as there is its %s",
    (file) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.scoped(Effect.andThen(startDatabase(), Effect.never)))
        yield* until(
          Effect.sync(() => readdirSync(temporary, { recursive: true }).some((path) => basename(String(path)) === file))
        ).pipe(inRealTime)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(readdirSync(temporary), [])
      })
  )

  it.effect("says why it did not start, in the server's own words, and leaves nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.scoped(startDatabase({ args: ["--no-such-option"] })))
      assert.strictEqual(error.reason, "failed")
      assert.include(error.message, "no-such-option")
      assert.deepStrictEqual(readdirSync(temporary), [])
    })
  )
})
