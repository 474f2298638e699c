import { assert, layer } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Redacted } from "effect"
import * as OutboxMySql from "../../../src/adapters/mysql2/OutboxMySql.ts"
import { identify } from "../../../src/domain/identify.ts"
import type { JobRef } from "../../../src/domain/JobRef.ts"
import type { Recorded } from "../../../src/domain/Outcome.ts"
import type { UserId } from "../../../src/domain/UserId.ts"
import { type DatabaseAccount, query } from "../../../src/local/sql.ts"
import { Ledger, type UserRecord } from "../../../src/services/Ledger.ts"
import { Outbox } from "../../../src/services/Outbox.ts"
import { DatabaseServer, ledgerOn, makeDatabase, readOutcomes } from "../../support/database.ts"

const queue = "bull:Update_User"
const invalidToken = { tag: "InvalidToken", reason: "expired" } as const

const job = (number: number): JobRef => ({
  identity: identify({ prefix: "bull", name: "Update_User" }, String(number), "1"),
  jobId: String(number),
  place: { life: 1, number }
})

const rowOf = (id: string): UserRecord => ({
  id: id as UserId,
  credentials: { phone: Redacted.make("phone"), password: Redacted.make("password") },
  username: Redacted.make("name"),
  image: Redacted.make("image.jpg")
})

/** The ledger and the outbox of a process that relays under this number; it has said that it is alive. */
const join = Effect.fnUntraced(function* (account: DatabaseAccount, relay: number, of = queue) {
  const context = yield* Layer.build(
    OutboxMySql.layer({ relay, queue: of }).pipe(Layer.provideMerge(ledgerOn(account, { relay })))
  )
  const outbox = Context.get(context, Outbox)
  const ledger = Context.get(context, Ledger)
  yield* outbox.beat
  return {
    ...outbox,
    ledger,
    fail: (number: number, id: string) => ledger.record(job(number), id as UserId, invalidToken),
    numbers: Effect.map(outbox.untold(1000), (recorded) => recorded.map(({ jobId }) => Number(jobId)))
  }
})

const falterFor = (account: DatabaseAccount, relay: number, seconds: number) =>
  query(account, `UPDATE update_ledger_relays SET seen_at = seen_at - INTERVAL ${seconds} SECOND WHERE relay = ${relay}`)

const identities = (recorded: ReadonlyArray<Recorded>) => recorded.map(({ identity }) => identity)

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("the outbox on MySQL", (it) => {
  it.effect("holds what its own process recorded, each user's outcomes by position, until it was told", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("a", "b")
      const first = yield* join(account, 1)
      const second = yield* join(account, 2)
      const recorded = [
        yield* first.fail(1, "b"),
        yield* first.ledger.apply(job(2), rowOf("a"), Duration.seconds(5)),
        yield* first.fail(3, "b"),
        yield* first.fail(4, "a")
      ] as const
      yield* second.fail(5, "a")
      const [a, b, c, d] = recorded
      assert.deepStrictEqual(yield* first.untold(3), [b, d, a], "at most as many as asked for")
      assert.deepStrictEqual(yield* first.untold(4), [b, d, a, c])
      assert.deepStrictEqual(yield* second.numbers, [5])
      yield* first.told(identities(recorded.slice(0, 2)))
      assert.deepStrictEqual(yield* first.numbers, [4, 3])
      const delivered = Object.fromEntries((yield* readOutcomes(account)).map((row) => [row["job_id"], row["delivered_at"]]))
      assert.instanceOf(delivered["1"], Date)
      assert.instanceOf(delivered["2"], Date)
      assert.deepStrictEqual([delivered["3"], delivered["4"], delivered["5"]], [null, null, null])
    })
  )

  it.effect("keeps the first time at which an outcome was told, and tells thousands at once", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const { numbers, told } = yield* join(account, 1)
      yield* query(
        account,
        `INSERT INTO update_ledger_outcomes
           (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at, relay)
         SELECT 'a', seq, UNHEX(LPAD(HEX(seq), 64, '0')), 1, seq, seq, 'Updated', '', FALSE, UTC_TIMESTAMP(3), 1 FROM seq_1_to_2500`
      )
      yield* query(account, "UPDATE update_ledger_outcomes SET delivered_at = '2020-01-01' WHERE position = 7")
      yield* told(Array.from({ length: 2500 }, (_, index) => (index + 1).toString(16).padStart(64, "0") as never))
      assert.deepStrictEqual(yield* numbers, [])
      const [times] = yield* query(
        account,
        "SELECT SUM(delivered_at IS NOT NULL) AS told, SUM(delivered_at = '2020-01-01') AS before_that FROM update_ledger_outcomes"
      )
      assert.deepStrictEqual({ ...times }, { told: "2500", before_that: "1" })
    })
  )

  it.effect("is taken over from a process that is silent for eight seconds, by one of those that beat", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const dead = yield* join(account, 1)
      const peers = [yield* join(account, 2), yield* join(account, 3), yield* join(account, 4)] as const
      yield* dead.fail(1, "a")
      yield* falterFor(account, 1, 7)
      assert.deepStrictEqual(yield* Effect.all(peers.map(({ beat }) => beat)), [false, false, false])
      yield* falterFor(account, 1, 2)
      const took = yield* Effect.all(
        peers.map(({ beat }) => beat),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(took.filter(Boolean).length, 1)
      assert.deepStrictEqual(
        yield* Effect.all(peers.map(({ numbers }) => numbers)),
        took.map((won) => (won ? [1] : []))
      )
    })
  )

  it.effect("is taken over with all that the dead process had taken over itself, by a lone worker as it starts", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const first = yield* join(account, 1)
      yield* first.fail(2, "a")
      yield* falterFor(account, 1, 9)
      const second = yield* join(account, 2)
      yield* second.fail(1, "a")
      yield* falterFor(account, 2, 9)
      const third = yield* join(account, 3)
      assert.deepStrictEqual(yield* third.numbers, [2, 1], "in the order of the positions")
    })
  )

  it.effect("is handed over at once by a process that leaves", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const first = yield* join(account, 1)
      const second = yield* join(account, 2)
      yield* first.fail(1, "a")
      yield* first.leave
      assert.isTrue(yield* second.beat)
      assert.deepStrictEqual([yield* first.numbers, yield* second.numbers], [[], [1]])
    })
  )

  it.effect("comes back to a process that only seemed to be dead", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const first = yield* join(account, 1)
      const second = yield* join(account, 2)
      yield* first.fail(1, "a")
      yield* falterFor(account, 1, 9)
      yield* second.beat
      yield* first.beat
      assert.deepStrictEqual([yield* first.numbers, yield* second.numbers], [[1], []])
    })
  )

  it.effect("is taken over from nobody after MySQL was away, when all have been silent", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const first = yield* join(account, 1)
      const second = yield* join(account, 2)
      yield* first.fail(1, "a")
      yield* falterFor(account, 1, 60)
      yield* falterFor(account, 2, 60)
      assert.isFalse(yield* second.beat)
      assert.deepStrictEqual([yield* first.numbers, yield* second.numbers], [[1], []])
    })
  )

  it.effect("is left alone by the workers of another queue", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      const first = yield* join(account, 1)
      yield* first.fail(1, "a")
      yield* falterFor(account, 1, 9)
      const other = yield* join(account, 2, "bull:Another")
      assert.deepStrictEqual(yield* other.numbers, [])
    })
  )

  it.effect("forgets the dead after a day, but not while something of theirs is untold", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase()
      yield* (yield* join(account, 1)).fail(1, "a")
      yield* join(account, 2)
      for (const relay of [1, 2]) yield* falterFor(account, relay, 90_000)
      yield* join(account, 3)
      const relays = yield* query(account, "SELECT relay, owner FROM update_ledger_relays ORDER BY relay")
      assert.deepStrictEqual(
        relays.map(({ relay, owner }) => [relay, owner]),
        [
          [1, 3],
          [3, 3]
        ]
      )
    })
  )

  it.effect("holds nothing of nobody, of our own hub or of an earlier version, until that job is delivered again", () =>
    Effect.gen(function* () {
      const { account } = yield* makeDatabase("a")
      const relaying = yield* join(account, 1)
      const own = yield* Layer.build(ledgerOn(account))
      yield* relaying.ledger.record(job(1), undefined, { tag: "InvalidJob", reason: "unreadable" })
      yield* Context.get(own, Ledger).record(job(2), "a" as UserId, invalidToken)
      yield* Context.get(own, Ledger).record(job(3), "a" as UserId, invalidToken)
      yield* Context.get(own, Ledger).record(job(4), "a" as UserId, invalidToken)
      assert.deepStrictEqual(yield* relaying.numbers, [])
      yield* relaying.ledger.find(job(2).identity)
      yield* relaying.fail(3, "a")
      yield* relaying.ledger.apply(job(4), rowOf("a"), Duration.seconds(5))
      yield* relaying.ledger.find(job(1).identity)
      assert.deepStrictEqual(yield* relaying.numbers, [2, 3, 4])
      const other = yield* join(account, 2)
      yield* other.ledger.find(job(2).identity)
      assert.deepStrictEqual(yield* other.numbers, [], "what has a relay keeps it")
    })
  )
})
