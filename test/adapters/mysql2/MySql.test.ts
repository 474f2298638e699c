import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as MySql from "../../../src/adapters/mysql2/MySql.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import { DatabaseServer, makeDatabase } from "../../support/database.ts"

const connect = Effect.gen(function* () {
  const { account } = yield* makeDatabase()
  const pool = MySql.layer({ ...account, connections: 2, lockWaitSeconds: 1 }).pipe(Layer.provide(BreakersMock.layer))
  return yield* Layer.build(Layer.merge(pool, Logger.layer([])))
})

layer(DatabaseServer.layer, { timeout: "60 seconds" })("a connection to MySQL", (it) => {
  it.effect("that is silent is given up after ten seconds, whether its statement was prepared before or not", () =>
    Effect.gen(function* () {
      const server = yield* DatabaseServer
      const { execute } = yield* MySql.MySql
      yield* execute("SELECT 1 AS one")
      yield* Effect.acquireUseRelease(
        server.pause,
        () =>
          Effect.gen(function* () {
            for (const sql of ["SELECT 1 AS one", "SELECT 2 AS two"]) {
              const waiting = yield* Effect.forkChild(Effect.exit(execute(sql)), { startImmediately: true })
              yield* TestClock.adjust("9999 millis")
              assert.isUndefined(waiting.pollUnsafe())
              yield* TestClock.adjust("1 millis")
              const exit = yield* Fiber.join(waiting)
              assert.isTrue(Exit.isFailure(exit))
              assert.include(JSON.stringify(exit), `"kind":"away"`)
            }
          }),
        () => Effect.orDie(server.resume)
      )
      assert.deepStrictEqual(yield* execute("SELECT 3 AS three"), [{ three: 3 }])
    }).pipe(Effect.scoped, Effect.provide(Layer.effectContext(connect)))
  )

  it.effect("on which a statement failed is not used again, so that nobody commits what was left open", () =>
    Effect.gen(function* () {
      const { execute, script } = yield* MySql.MySql
      yield* script([
        "CREATE TABLE Half (id INT) ENGINE = InnoDB",
        "CREATE PROCEDURE Fail() BEGIN START TRANSACTION; INSERT INTO Half VALUES (1); SIGNAL SQLSTATE '45000'; END",
        "CREATE PROCEDURE Next() BEGIN START TRANSACTION; COMMIT; END"
      ])
      yield* Effect.flip(execute("CALL Fail()"))
      yield* execute("CALL Next()")
      assert.deepStrictEqual(yield* execute("SELECT id FROM Half"), [])
    }).pipe(Effect.scoped, Effect.provide(Layer.effectContext(connect)))
  )

  it.effect("gives the last set of rows of a procedure, and none where there is none", () =>
    Effect.gen(function* () {
      const { execute, script } = yield* MySql.MySql
      yield* script(["CREATE PROCEDURE Two() BEGIN SELECT 1 AS a; SELECT 2 AS b; END", "CREATE PROCEDURE Nothing() SET @x = 1"])
      assert.deepStrictEqual(yield* execute("CALL Two()"), [{ b: 2 }])
      assert.deepStrictEqual(yield* execute("CALL Nothing()"), [])
    }).pipe(Effect.scoped, Effect.provide(Layer.effectContext(connect)))
  )
})
