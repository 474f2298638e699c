import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as InboxMySql from "../../../src/adapters/mysql2/InboxMySql.ts"
import { identify } from "../../../src/domain/identify.ts"
import type { UserId } from "../../../src/domain/UserId.ts"
import { type DatabaseAccount, query } from "../../../src/local/sql.ts"
import { Inbox } from "../../../src/services/Inbox.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { DatabaseServer, ledgerOn, makeDatabase, readOutcomes } from "../../support/database.ts"
import { until } from "../../support/until.ts"

const ada = "Ada_1" as UserId
const lower = "ada_1" as UserId
const bob = "bob" as UserId

const job = (user: UserId, number: number) => ({
  identity: identify({ prefix: "bull", name: "Update_User" }, `${user}/${number}`, "1"),
  jobId: `job ${number} 😀`,
  place: { life: 1, number }
})

const record = (user: UserId, ...numbers: ReadonlyArray<number>) =>
  Effect.flatMap(Ledger, (ledger) =>
    Effect.forEach(numbers, (number) => ledger.record(job(user, number), user, { tag: "InvalidToken", reason: "expired" }))
  )

const to = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

const positions = (outcomes: ReadonlyArray<{ readonly position: number }>) => outcomes.map(({ position }) => position)

const inboxOn = (account: DatabaseAccount) => InboxMySql.layer.pipe(Layer.provideMerge(ledgerOn(account)))

const deliveredAt = (account: DatabaseAccount, user: UserId) =>
  Effect.map(readOutcomes(account), (rows) =>
    rows
      .filter((row) => row["user_id"] === user)
      .map((row) => (row["delivered_at"] === null ? null : String(row["delivered_at"])))
  )

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("the inbox on MySQL", (it) => {
  it.effect("reads a user's outcomes after a position as they were recorded, oldest first, and nobody else's", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        const inbox = yield* Inbox
        const recorded = yield* record(ada, 3, 1, 2)
        yield* record(lower, 4)
        yield* record(bob, 5)
        assert.deepStrictEqual(yield* inbox.after(ada, 0), recorded)
        assert.deepStrictEqual(yield* inbox.after(ada, 1), recorded.slice(1))
        assert.deepStrictEqual(yield* inbox.after(ada, 3), [])
        assert.deepStrictEqual(yield* inbox.after("nobody" as UserId, 0), [])
        assert.deepStrictEqual(yield* inbox.after(ada, Number.MAX_SAFE_INTEGER), [])
        assert.strictEqual(yield* inbox.last(ada), 3)
        assert.strictEqual(yield* inbox.last("nobody" as UserId), 0)
      }).pipe(Effect.provide(inboxOn(account)))
    })
  )

  it.effect("reads a hundred at most, and in what order they were recorded", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* record(ada, ...to(130))
        assert.deepStrictEqual(positions(yield* inbox.after(ada, 0)), to(100))
        assert.deepStrictEqual(positions(yield* inbox.unheard(ada, 10)), to(110).slice(10))
        assert.deepStrictEqual(positions(yield* inbox.after(ada, 100)), to(130).slice(100))
      }).pipe(Effect.provide(inboxOn(account)))
    })
  )

  it.effect("notes what was received up to a position, of that user alone, and lets the first time stand", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* record(ada, 1, 2, 3, 4)
        yield* record(lower, 5)
        yield* record(bob, 6)
        yield* inbox.received(ada, 2)
        const first = yield* deliveredAt(account, ada)
        assert.deepStrictEqual(
          first.map((time) => time === null),
          [false, false, true, true]
        )
        assert.deepStrictEqual(positions(yield* inbox.unheard(ada, 0)), [3, 4])
        assert.deepStrictEqual(positions(yield* inbox.after(ada, 0)), [1, 2, 3, 4])
        yield* until(
          Effect.andThen(inbox.received(bob, 1), query(account, "SELECT UTC_TIMESTAMP(3) AS now")),
          ([row]) => String(row?.["now"]) > String(first[0])
        )
        yield* inbox.received(ada, 3)
        yield* inbox.received(ada, 1)
        const second = yield* deliveredAt(account, ada)
        assert.deepStrictEqual(second.slice(0, 2), first.slice(0, 2))
        assert.isNotNull(second[2])
        assert.isNull(second[3])
        assert.deepStrictEqual(yield* deliveredAt(account, lower), [null])
      }).pipe(Effect.provide(inboxOn(account)))
    })
  )

  it.effect("says which of many users have something new", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* record(ada, 1, 2)
        yield* record(bob, 3)
        const strangers = to(990).map((number) => [`${number}${"x".repeat(90)}` as UserId, 0] as const)
        const behind = (...own: ReadonlyArray<readonly [UserId, number]>) => inbox.behind(new Map([...strangers, ...own]))
        assert.deepStrictEqual(new Set(yield* behind([ada, 1], [bob, 0])), new Set([ada, bob]))
        assert.deepStrictEqual(yield* behind([ada, 2], [bob, 0], [lower, 0]), [bob])
        assert.deepStrictEqual(yield* behind([ada, 7], [bob, 1]), [])
        const odd = ['"]', "\\", "'", "😀"].map((id) => [id as UserId, 0] as const)
        assert.deepStrictEqual(yield* behind(...odd, [ada, 0]), [ada])
      }).pipe(Effect.provide(inboxOn(account)))
    })
  )

  it.effect("goes on after pruning: the last position stays", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      yield* Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* record(ada, 1, 2)
        yield* query(account, "DELETE FROM update_ledger_outcomes WHERE position < 2")
        assert.strictEqual(yield* inbox.last(ada), 2)
        assert.deepStrictEqual(positions(yield* inbox.after(ada, 0)), [2])
        yield* query(account, "DELETE FROM update_ledger_outcomes")
        const [recorded] = yield* record(ada, 3)
        assert.strictEqual(recorded?.position, 3)
      }).pipe(Effect.provide(inboxOn(account)))
    })
  )

  it.effect("reads a handful of rows out of thousands", () =>
    Effect.gen(function* () {
      const { account, asRoot } = yield* makeDatabase()
      yield* Effect.provide(Effect.asVoid(Inbox), inboxOn(account))
      yield* query(asRoot, [
        "INSERT INTO update_ledger_users (user_id, position) SELECT seq, 1 FROM seq_1_to_3000",
        `INSERT INTO update_ledger_outcomes
           (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at)
           SELECT seq, 1, UNHEX(LPAD(HEX(seq), 64, '0')), 1, seq, seq, 'Updated', '', FALSE, UTC_TIMESTAMP(3) FROM seq_1_to_3000`
      ])
      const calls = [
        "CALL update_ledger_last_2('77')",
        "CALL update_ledger_after_2('77', 0, 0)",
        "CALL update_ledger_after_2('77', 0, 1)",
        "CALL update_ledger_received_2('77', 1)",
        `CALL update_ledger_behind_2('[["77",0],["78",1],["nobody",0]]')`
      ]
      for (const call of calls) {
        const status = yield* query(asRoot, ["FLUSH STATUS", call, "SHOW SESSION STATUS LIKE 'Handler_read%'"])
        const read = status.reduce((sum, row) => sum + Number(row["Value"]), 0)
        assert.isAbove(read, 0, call)
        assert.isBelow(read, 20, call)
      }
    })
  )
})
