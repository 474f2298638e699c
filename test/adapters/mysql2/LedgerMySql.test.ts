import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Fiber, Option, Redacted } from "effect"
import { identify } from "../../../src/domain/identify.ts"
import type { JobRef } from "../../../src/domain/JobRef.ts"
import type { UserId } from "../../../src/domain/UserId.ts"
import { query } from "../../../src/local/sql.ts"
import { Ledger, type UserRecord } from "../../../src/services/Ledger.ts"
import { Lives } from "../../../src/services/Lives.ts"
import { DatabaseServer, ledgerOn, makeDatabase, readOutcomes, readUsers } from "../../support/database.ts"

const job = (number: number, life = 1): JobRef => ({
  identity: identify({ prefix: "bull", name: "Update_User" }, String(number), String(life)),
  jobId: String(number),
  place: { life, number }
})

const record = (id: string, text: string): UserRecord => ({
  id: id as UserId,
  credentials: { phone: Redacted.make(`${text}phone`), password: Redacted.make(`${text}password`) },
  username: Redacted.make(`${text} 😀`),
  image: Redacted.make(`${text}.jpg`)
})

const patience = Duration.seconds(20)
const invalidToken = { tag: "InvalidToken", reason: "expired" } as const

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("the ledger on MySQL", (it) => {
  it.effect("applies an update and records it, with the first position and no secret", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1", "2")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const recorded = yield* ledger.apply(job(1), record("1", "new"), patience)
        assert.deepInclude(recorded, {
          userId: "1" as UserId,
          position: 1,
          jobId: "1",
          life: 1,
          outcome: { tag: "Updated", reason: "" }
        })
        assert.deepStrictEqual(yield* readUsers(account), [
          { Id: "1", Phone: "newphone", Password: "newpassword", Name: "new 😀", Image: "new.jpg" },
          { Id: "2", Phone: "old", Password: "old", Name: "old", Image: "old" }
        ])
        const [row] = yield* readOutcomes(account)
        assert.deepInclude({ ...row }, { user_id: "1", tag: "Updated", superseded: 0, delivered_at: null })
        assert.strictEqual(String(row?.["hex"]).toLowerCase(), recorded.identity)
        assert.notInclude(JSON.stringify(row), "new")
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("applies a job once, however often it is delivered and at the same time", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* query(account, "ALTER TABLE Users ADD Updates INT NOT NULL DEFAULT 0")
      yield* query(account, [
        "DROP PROCEDURE UpdateRecord",
        `CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100), IN m MEDIUMTEXT)
           UPDATE Users SET Phone = p, Password = w, Name = n, Image = m, Updates = Updates + 1 WHERE Id = i`
      ])
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const runs = yield* Effect.all(
          Array.from({ length: 20 }, () => ledger.apply(job(1), record("1", "new"), patience)),
          { concurrency: "unbounded" }
        )
        for (const run of runs) assert.deepStrictEqual(run, runs[0])
        assert.strictEqual((yield* readUsers(account))[0]?.["Updates"], 1)
        assert.strictEqual((yield* readOutcomes(account)).length, 1)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("keeps the first outcome of a job, whichever it is", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const updated = yield* ledger.apply(job(1), record("1", "new"), patience)
        assert.deepStrictEqual(yield* ledger.record(job(1), "1" as UserId, invalidToken), updated)

        const failed = yield* ledger.record(job(2), "1" as UserId, invalidToken)
        assert.deepInclude(failed, { position: 2, outcome: invalidToken })
        assert.deepStrictEqual(yield* ledger.apply(job(2), record("1", "newer"), patience), failed)
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "newphone")
        assert.deepStrictEqual(yield* ledger.find(job(2).identity), Option.some(failed))
        assert.deepStrictEqual(yield* ledger.find(job(3).identity), Option.none())
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("lets a later job stand: an earlier one changes nothing and counts as updated", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* ledger.apply(job(11), record("1", "later"), patience)
        const earlier = yield* ledger.apply(job(10), record("1", "earlier"), patience)
        assert.deepInclude(earlier, { position: 2, outcome: { tag: "Updated", reason: "" } })
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "laterphone")
        assert.strictEqual((yield* readOutcomes(account))[1]?.["superseded"], 1)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("does not let a later job that failed stand in the way of an earlier one", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* ledger.record(job(11), "1" as UserId, invalidToken)
        yield* ledger.apply(job(10), record("1", "earlier"), patience)
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "earlierphone")
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("puts a job of a later life after all of an earlier one, and begins one by itself where a number is taken", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const lives = yield* Lives
        const first = yield* lives.begin(0)
        yield* ledger.apply(job(500, first), record("1", "first"), patience)
        assert.deepStrictEqual(yield* lives.highest(first), Option.some(500))

        const again = { ...job(500, first), identity: identify({ prefix: "bull", name: "Update_User" }, "500", "another time") }
        assert.isTrue(yield* lives.isTaken(again.place, again.identity))
        assert.isFalse(yield* lives.isTaken(again.place, job(500, first).identity))
        assert.isFalse(yield* lives.isTaken({ life: first, number: 499 }, again.identity))
        const inNewLife = yield* ledger.apply(again, record("1", "second"), patience)
        assert.isAbove(inNewLife.life, first)
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "secondphone")
        assert.strictEqual(yield* lives.begin(first), inNewLife.life)

        yield* ledger.apply(job(1, inNewLife.life), record("1", "third"), patience)
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "secondphone")
        yield* ledger.apply(job(501, first), record("1", "stale"), patience)
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "secondphone")
        assert.deepStrictEqual(yield* lives.highest(999), Option.none())
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("hands out the positions of a user without a hole, to updates and failures alike, under concurrency", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1", "2")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* Effect.forEach(
          Array.from({ length: 200 }, (_, index) => index + 1),
          (number) => {
            const id = String(1 + (number % 2))
            return number % 3 === 0
              ? ledger.record(job(number), id as UserId, invalidToken)
              : ledger.apply(job(number), record(id, String(number)), patience)
          },
          { concurrency: 20 }
        )
        for (const id of ["1", "2"]) {
          const rows = yield* query(
            account,
            "SELECT position FROM update_ledger_outcomes WHERE user_id = ? ORDER BY position",
            [id]
          )
          assert.deepStrictEqual(
            rows.map((row) => row["position"]),
            Array.from({ length: 100 }, (_, index) => index + 1)
          )
        }
        assert.deepStrictEqual(
          (yield* readUsers(account)).map((row) => row["Phone"]),
          ["200phone", "199phone"]
        )
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("records a job whose user nobody knows", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        const recorded = yield* (yield* Ledger).record(job(1), undefined, { tag: "InvalidJob", reason: "unreadable" })
        assert.isUndefined(recorded.userId)
        assert.strictEqual((yield* readOutcomes(account)).length, 1)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("prunes outcomes that are older than the retention, and still knows how far a life had come", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const lives = yield* Lives
        const life = yield* lives.begin(0)
        yield* ledger.apply(job(500, life), record("1", "new"), patience)
        yield* query(account, "UPDATE update_ledger_outcomes SET ended_at = UTC_TIMESTAMP(3) - INTERVAL 31 DAY")
        yield* ledger.record(job(20, life), "1" as UserId, invalidToken)
        assert.strictEqual(yield* ledger.prune(Duration.days(30)), 1)
        assert.strictEqual(yield* ledger.prune(Duration.days(30)), 0)
        assert.deepStrictEqual(
          (yield* readOutcomes(account)).map(({ number }) => number),
          [20]
        )
        assert.deepStrictEqual(yield* lives.highest(life), Option.some(500))
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  const refusals: ReadonlyArray<{ readonly name: string; readonly reason: string; readonly alter: ReadonlyArray<string> }> = [
    { name: "an unknown user", reason: "unknownUser", alter: ["DELETE FROM Users WHERE Id = 'abc'"] },
    {
      name: "a user whose Id only a collation calls equal",
      reason: "unknownUser",
      alter: ["UPDATE Users SET Id = 'ABC' WHERE Id = 'abc'"]
    },
    {
      name: "two users that a collation calls equal",
      reason: "ambiguousUser",
      alter: ["ALTER TABLE Users DROP PRIMARY KEY", "INSERT INTO Users VALUES ('ABC', 'old', 'old', 'old', 'old')"]
    },
    {
      name: "a column that is too short under a lax sql_mode",
      reason: "notStored",
      alter: [
        "ALTER TABLE Users MODIFY Password VARCHAR(5) NOT NULL",
        "SET SESSION sql_mode = ''",
        "DROP PROCEDURE UpdateRecord",
        `CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100), IN m MEDIUMTEXT)
           UPDATE Users SET Phone = p, Password = w, Name = n, Image = m WHERE Id = i`
      ]
    },
    {
      name: "a column that is too short under a strict sql_mode",
      reason: "refused",
      alter: ["ALTER TABLE Users MODIFY Password VARCHAR(5) NOT NULL"]
    },
    { name: "a procedure that is missing", reason: "procedure", alter: ["DROP PROCEDURE UpdateRecord"] },
    {
      name: "a procedure that takes other parameters",
      reason: "procedure",
      alter: [
        "DROP PROCEDURE UpdateRecord",
        "CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100)) UPDATE Users SET Phone = i WHERE Id = i"
      ]
    },
    {
      name: "a procedure that rolls back inside",
      reason: "procedure",
      alter: [
        "DROP PROCEDURE UpdateRecord",
        `CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100), IN m MEDIUMTEXT)
           BEGIN UPDATE Users SET Phone = p WHERE Id = i; ROLLBACK; END`
      ]
    },
    {
      name: "a procedure that does nothing",
      reason: "notStored",
      alter: [
        "DROP PROCEDURE UpdateRecord",
        "CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100), IN m MEDIUMTEXT) SET @x = 1"
      ]
    }
  ]

  it.effect.each(refusals)("refuses $name, and nothing has changed", ({ alter, reason }) =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("abc", "other")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* query(account, alter)
        const before = yield* readUsers(account)
        const error = yield* Effect.flip(ledger.apply(job(1), record("abc", "new"), patience))
        assert.strictEqual(error.message, `DbError: ${reason}`)
        assert.deepStrictEqual(yield* readUsers(account), before)
        assert.deepStrictEqual(yield* readOutcomes(account), [])
        const recorded = yield* ledger.record(job(1), "abc" as UserId, { tag: "DbError", reason })
        assert.deepInclude(recorded, { position: 1 })
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("an update whose procedure commits inside is told as what it is: done", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* query(account, [
          "DROP PROCEDURE UpdateRecord",
          `CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100), IN m MEDIUMTEXT)
             BEGIN UPDATE Users SET Phone = p, Password = w, Name = n, Image = m WHERE Id = i; COMMIT; END`
        ])
        const applied = yield* ledger.apply(job(1), record("1", "new"), patience)
        assert.strictEqual(applied.outcome.tag, "Updated")
        assert.deepStrictEqual(yield* ledger.record(job(1), "1" as UserId, { tag: "DbError", reason: "procedure" }), applied)
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "newphone")
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("waits for a row that somebody has locked, and gives up when the patience ends", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const holder = yield* Effect.forkChild(
          query(account, ["START TRANSACTION", "SELECT * FROM Users WHERE Id = '1' FOR UPDATE", "SELECT SLEEP(3)"]),
          { startImmediately: true }
        )
        yield* lockIsHeld(account)
        const busy = yield* Effect.flip(ledger.apply(job(1), record("1", "new"), Duration.zero))
        assert.strictEqual(busy.reason, "busy")
        const recorded = yield* ledger.apply(job(1), record("1", "new"), patience)
        assert.strictEqual(recorded.outcome.tag, "Updated")
        yield* Fiber.join(holder)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("waits for a server that is away, however long, and applies once it is back", () =>
    Effect.gen(function* () {
      const server = yield* DatabaseServer
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* server.kill("SIGKILL")
        const apply = yield* Effect.forkChild(ledger.apply(job(1), record("1", "new"), Duration.zero), {
          startImmediately: true
        })
        const fail = yield* Effect.forkChild(ledger.record(job(2), "1" as UserId, invalidToken), { startImmediately: true })
        yield* server.restart
        assert.strictEqual((yield* Fiber.join(apply)).outcome.tag, "Updated")
        assert.strictEqual((yield* Fiber.join(fail)).outcome.tag, "InvalidToken")
        assert.strictEqual((yield* readUsers(account))[0]?.["Phone"], "newphone")
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("refuses what is larger than the server's packets without losing the connection", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("1")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const image = Redacted.make("x".repeat(17 * 1024 * 1024))
        const error = yield* Effect.flip(ledger.apply(job(1), { ...record("1", "new"), image }, patience))
        assert.strictEqual(error.reason, "refused")
        const large = Redacted.make("x".repeat(12 * 1024 * 1024))
        yield* ledger.apply(job(2), { ...record("1", "new"), image: large }, patience)
        assert.strictEqual(String((yield* readUsers(account))[0]?.["Image"]).length, 12 * 1024 * 1024)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )
})

const lockIsHeld = (account: Parameters<typeof query>[0]) =>
  query(account, "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(3)%'").pipe(
    Effect.repeat({ until: (rows) => rows.length > 0 })
  )
