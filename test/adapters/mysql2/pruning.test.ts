import { performance } from "node:perf_hooks"
import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Fiber, Redacted } from "effect"
import { identify } from "../../../src/domain/identify.ts"
import type { JobRef } from "../../../src/domain/JobRef.ts"
import type { UserId } from "../../../src/domain/UserId.ts"
import { type DatabaseAccount, query } from "../../../src/local/sql.ts"
import { Ledger, type UserRecord } from "../../../src/services/Ledger.ts"
import { DatabaseServer, ledgerOn, makeDatabase } from "../../support/database.ts"
import { until } from "../../support/until.ts"
import { numbersTo } from "./numbers.ts"

const retention = Duration.days(30)
const largestStep = 500
const users = 20

const job = (number: number): JobRef => ({
  identity: identify({ prefix: "bull", name: "Update_User" }, String(number), "1"),
  jobId: String(number),
  place: { life: 1, number }
})

const record = (user: number): UserRecord => ({
  id: String(user) as UserId,
  credentials: { phone: Redacted.make("phone"), password: Redacted.make("password") },
  username: Redacted.make("name"),
  image: Redacted.make("image")
})

const ids = Array.from({ length: users }, (_, index) => String(index + 1))

/** Outcomes that ended 40 days ago, of all users in turn. */
const addOld = (account: DatabaseAccount, count: number) =>
  query(account, [
    `INSERT INTO update_ledger_outcomes
       (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at, delivered_at)
       SELECT 1 + seq MOD ${users}, seq, UNHEX(LPAD(HEX(seq), 64, '0')), 1, seq, seq, 'Updated', '', FALSE,
              UTC_TIMESTAMP(3) - INTERVAL 40 DAY + INTERVAL seq * 1000 MICROSECOND, NULL
       FROM ${numbersTo(count)}`,
    `REPLACE INTO update_ledger_users SELECT seq, 1000000, 0, 0 FROM ${numbersTo(users)}`
  ])

const countOutcomes = (account: DatabaseAccount, where = "TRUE") =>
  Effect.map(query(account, `SELECT COUNT(*) AS count FROM update_ledger_outcomes WHERE ${where}`), ([row]) =>
    Number(row?.["count"])
  )

const lockWaits = (account: DatabaseAccount) =>
  Effect.map(query(account, "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'"), ([row]) => Number(row?.["Value"]))

const median = (times: ReadonlyArray<number>) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("pruning the ledger", (it) => {
  const tables = [
    { name: "many outcomes are old", old: 2000, live: true },
    { name: "few outcomes are old, so that the step reaches those that are not", old: 5, live: true },
    { name: "all outcomes are old", old: 5, live: false }
  ]

  it.effect.each(tables)("holds up nobody while a step has not ended, where $name", ({ old, live }) =>
    Effect.gen(function* () {
      const { account, asRoot } = yield* makeDatabase(...ids, "new-user", "zz-last")
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* addOld(asRoot, old)
        if (live) yield* ledger.apply(job(1_000_000), record(1), Duration.zero)
        const last = Math.min(old, largestStep)
        yield* query(
          asRoot,
          `CREATE TRIGGER wait_at_last AFTER DELETE ON update_ledger_outcomes FOR EACH ROW
             IF OLD.number = ${last} THEN DO GET_LOCK('step', 20); END IF`
        )
        const holder = yield* Effect.forkChild(query(asRoot, "SELECT GET_LOCK('step', 20), SLEEP(20) AS held"), {
          startImmediately: true
        })
        yield* processes(asRoot, "INFO LIKE 'SELECT GET_LOCK%'")
        const step = yield* Effect.forkChild(ledger.prune(retention), { startImmediately: true })
        yield* processes(asRoot, "STATE = 'User lock'")

        for (const [index, id] of [...ids, "new-user", "zz-last"].entries()) {
          yield* ledger.apply(job(2_000_000 + index), { ...record(1), id: id as UserId }, Duration.zero)
          yield* ledger.record(job(3_000_000 + index), id as UserId, { tag: "InvalidToken", reason: "expired" })
        }
        yield* ledger.record(job(4_000_000), "0" as UserId, { tag: "DbError", reason: "unknownUser" })
        yield* ledger.record(job(4_000_001), undefined, { tag: "InvalidJob", reason: "unreadable" })
        assert.isUndefined(step.pollUnsafe())
        assert.strictEqual(yield* countOutcomes(asRoot, "number <= 2000"), old)

        yield* Fiber.interrupt(holder)
        yield* endSleep(asRoot)
        assert.strictEqual(yield* Fiber.join(step), last)
        assert.strictEqual(yield* countOutcomes(asRoot, "number >= 2000000"), 2 * (users + 2) + 2)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("of 200,000 outcomes goes in small steps, during which updates take no longer and wait for no lock", () =>
    Effect.gen(function* () {
      const { account, asRoot } = yield* makeDatabase(...ids)
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        const old = 200_000
        yield* addOld(asRoot, old)
        let number = 1_000_000
        const updates = Effect.forEach(
          Array.from({ length: 100 }, (_, index) => 1 + (index % users)),
          (user) =>
            Effect.gen(function* () {
              const start = performance.now()
              yield* ledger.apply(job(++number), record(user), Duration.zero)
              return performance.now() - start
            })
        )
        const sizes: Array<number> = []
        const durations: Array<number> = []
        const prune = Effect.gen(function* () {
          const start = performance.now()
          sizes.push(yield* ledger.prune(retention))
          durations.push(performance.now() - start)
        })
        yield* updates
        const waitsBefore = yield* lockWaits(asRoot)
        const alone: Array<number> = []
        const during: Array<number> = []
        for (let turn = 0; turn < 6; turn++) {
          alone.push(...(yield* updates))
          const pruning = yield* Effect.forkChild(Effect.forever(prune), { startImmediately: true })
          during.push(...(yield* updates))
          yield* Fiber.interrupt(pruning)
        }
        const pruned = sizes.reduce((sum, size) => sum + size, 0)
        assert.strictEqual(yield* lockWaits(asRoot), waitsBefore)
        assert.isAbove(sizes.length, 10)
        assert.isTrue(sizes.every((size) => size === largestStep))
        assert.isAtMost(pruned, old - (yield* countOutcomes(asRoot, `number <= ${old}`)))
        assert.isBelow(median(durations), 500)
        assert.isBelow(median(during), 5 * median(alone) + 5)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )

  it.effect("by two workers at once ends: both get on, and each old outcome goes once", () =>
    Effect.gen(function* () {
      const { account, asRoot } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        yield* Effect.asVoid(Ledger)
        yield* addOld(asRoot, 8000)
      }).pipe(Effect.provide(ledgerOn(account)))
      const worker = Effect.gen(function* () {
        const ledger = yield* Ledger
        const steps: Array<number> = []
        yield* Effect.repeat(
          Effect.tap(ledger.prune(retention), (size) => Effect.sync(() => void steps.push(size))),
          { while: (size) => size > 0 }
        )
        return steps
      }).pipe(Effect.provide(ledgerOn(account)))
      const workers = yield* Effect.all([worker, worker], { concurrency: "unbounded" })
      for (const steps of workers) assert.isAbove(steps.length, 2)
      assert.strictEqual(
        workers.flat().reduce((sum, size) => sum + size, 0),
        8000
      )
      assert.strictEqual(yield* countOutcomes(asRoot), 0)
    })
  )

  it.effect("waits while MySQL is away, and goes on", () =>
    Effect.gen(function* () {
      const server = yield* DatabaseServer
      const { account, asRoot } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* addOld(asRoot, 5)
        yield* server.kill("SIGKILL")
        const step = yield* Effect.forkChild(ledger.prune(retention), { startImmediately: true })
        yield* server.restart
        assert.strictEqual(yield* Fiber.join(step), 5)
      }).pipe(Effect.provide(ledgerOn(account)))
    })
  )
})

const processes = (account: DatabaseAccount, where: string) =>
  until(
    query(account, `SELECT ID FROM information_schema.PROCESSLIST WHERE ${where} AND ID <> CONNECTION_ID()`),
    (rows) => rows.length > 0
  )

const endSleep = (account: DatabaseAccount) =>
  Effect.gen(function* () {
    const rows = yield* query(account, "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT GET_LOCK%'")
    for (const row of rows) yield* query(account, `KILL ${String(row["ID"])}`)
  })
