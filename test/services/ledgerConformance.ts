import { assert, type Vitest } from "@effect/vitest"
import { Duration, Effect, Option, Redacted, type Scope } from "effect"
import { identify } from "../../src/domain/identify.ts"
import type { JobRef } from "../../src/domain/JobRef.ts"
import type { UserId } from "../../src/domain/UserId.ts"
import type { Ledger, UserRecord } from "../../src/services/Ledger.ts"
import type { Lives } from "../../src/services/Lives.ts"

/** A ledger of its own, as the conformance suite works it. */
export interface LedgerUnderTest {
  readonly ledger: Ledger["Service"]
  readonly lives: Lives["Service"]
  /** The phone number that the user's row holds. */
  readonly phoneOf: (id: string) => Effect.Effect<unknown>
  /** Lets all that is recorded so far become older by as much. */
  readonly age: (by: Duration.Duration) => Effect.Effect<unknown>
}

/** What the suite needs of an implementation: how its tests run, and a new ledger with these users. */
export interface Subject<R> {
  readonly effect: Vitest.Tester<R | Scope.Scope>
  readonly makeLedger: (...users: ReadonlyArray<string>) => Effect.Effect<LedgerUnderTest, never, R | Scope.Scope>
}

const job = (number: number, life = 1, timestamp = "1"): JobRef => ({
  identity: identify({ prefix: "bull", name: "Update_User" }, `${life}/${number}`, timestamp),
  jobId: String(number),
  place: { life, number }
})

const record = (id: string, phone: string): UserRecord => ({
  id: id as UserId,
  credentials: { phone: Redacted.make(phone), password: Redacted.make("password") },
  username: Redacted.make("Ada"),
  image: Redacted.make("ada.jpg")
})

const ada = "ada" as UserId
const patience = Duration.seconds(5)
const updated = { tag: "Updated", reason: "" } as const
const expired = { tag: "InvalidToken", reason: "expired" } as const

/** What every implementation of `Ledger`, with the `Lives` that belong to it, holds. */
export const ledgerConformance = <R>({ effect, makeLedger }: Subject<R>): void => {
  effect("applies an update and records it, with the user's first position", () =>
    Effect.gen(function* () {
      const { ledger, phoneOf } = yield* makeLedger("ada", "bob")
      const recorded = yield* ledger.apply(job(7), record("ada", "new"), patience)
      assert.deepStrictEqual(recorded, {
        identity: job(7).identity,
        jobId: "7",
        userId: ada,
        position: 1,
        life: 1,
        outcome: updated
      })
      assert.strictEqual(yield* phoneOf("ada"), "new")
      assert.notStrictEqual(yield* phoneOf("bob"), "new")
    })
  )

  effect("gives all runs of a job the same outcome, however many there are at a time", () =>
    Effect.gen(function* () {
      const { ledger } = yield* makeLedger("ada")
      const run = ledger.apply(job(1), record("ada", "new"), patience)
      const runs = yield* Effect.all(
        Array.from({ length: 10 }, () => run),
        { concurrency: "unbounded" }
      )
      for (const recorded of runs) assert.deepStrictEqual(recorded, runs[0])
      assert.strictEqual((yield* ledger.record(job(2), ada, expired)).position, 2)
    })
  )

  effect("keeps the first outcome of a job, whichever it is, and finds it", () =>
    Effect.gen(function* () {
      const { ledger, phoneOf } = yield* makeLedger("ada")
      const applied = yield* ledger.apply(job(1), record("ada", "new"), patience)
      assert.deepStrictEqual(yield* ledger.record(job(1), ada, expired), applied)
      const failed = yield* ledger.record(job(2), ada, expired)
      assert.deepInclude(failed, { position: 2, outcome: expired })
      assert.deepStrictEqual(yield* ledger.apply(job(2), record("ada", "newer"), patience), failed)
      assert.strictEqual(yield* phoneOf("ada"), "new")
      assert.deepStrictEqual(yield* ledger.find(job(2).identity), Option.some(failed))
      assert.deepStrictEqual(yield* ledger.find(job(3).identity), Option.none())
    })
  )

  effect("lets a later update stand: an earlier one changes nothing and counts as updated", () =>
    Effect.gen(function* () {
      const { ledger, phoneOf } = yield* makeLedger("ada")
      yield* ledger.apply(job(11), record("ada", "later"), patience)
      const earlier = yield* ledger.apply(job(10), record("ada", "earlier"), patience)
      assert.deepInclude(earlier, { position: 2, outcome: updated })
      assert.strictEqual(yield* phoneOf("ada"), "later")
    })
  )

  effect("does not let a later job that failed stand in the way of an earlier one", () =>
    Effect.gen(function* () {
      const { ledger, phoneOf } = yield* makeLedger("ada")
      yield* ledger.record(job(11), ada, expired)
      yield* ledger.apply(job(10), record("ada", "earlier"), patience)
      assert.strictEqual(yield* phoneOf("ada"), "earlier")
    })
  )

  effect("puts a later life after an earlier one, and begins one by itself where a number was counted twice", () =>
    Effect.gen(function* () {
      const { ledger, lives, phoneOf } = yield* makeLedger("ada")
      const first = yield* lives.begin(0)
      assert.deepStrictEqual(yield* lives.highest(first), Option.some(0))
      assert.deepStrictEqual(yield* lives.highest(first + 1), Option.none())
      yield* ledger.apply(job(500, first), record("ada", "first"), patience)
      assert.deepStrictEqual(yield* lives.highest(first), Option.some(500))

      const twice = job(500, first, "another time")
      assert.isTrue(yield* lives.isTaken(twice.place, twice.identity))
      assert.isFalse(yield* lives.isTaken(twice.place, job(500, first).identity))
      assert.isFalse(yield* lives.isTaken({ life: first, number: 499 }, twice.identity))
      const second = yield* ledger.apply(twice, record("ada", "second"), patience)
      assert.isAbove(second.life, first)
      assert.strictEqual(yield* phoneOf("ada"), "second")
      assert.strictEqual(yield* lives.begin(first), second.life)
      assert.isAbove(yield* lives.begin(second.life), second.life)

      yield* ledger.apply(job(501, first), record("ada", "of the first life"), patience)
      assert.strictEqual(yield* phoneOf("ada"), "second")
    })
  )

  effect("hands out the positions of each user without a hole, to updates and failures alike", () =>
    Effect.gen(function* () {
      const { ledger } = yield* makeLedger("ada", "bob")
      const recorded = yield* Effect.forEach(
        Array.from({ length: 40 }, (_, index) => index + 1),
        (number) => {
          const id = number % 2 === 0 ? "ada" : "bob"
          return number % 3 === 0
            ? ledger.record(job(number), id as UserId, expired)
            : ledger.apply(job(number), record(id, String(number)), patience)
        },
        { concurrency: 10 }
      )
      for (const id of ["ada", "bob"]) {
        const positions = recorded.filter(({ userId }) => userId === id).map(({ position }) => position)
        assert.deepStrictEqual(
          positions.toSorted((a, b) => a - b),
          Array.from({ length: 20 }, (_, index) => index + 1)
        )
      }
    })
  )

  effect("refuses a user that is not there letter for letter, and records nothing by that", () =>
    Effect.gen(function* () {
      const { ledger, phoneOf } = yield* makeLedger("ada")
      const before = yield* phoneOf("ada")
      for (const id of ["eve", "ADA"]) {
        const error = yield* Effect.flip(ledger.apply(job(1), record(id, "new"), patience))
        assert.strictEqual(error.message, "DbError: unknownUser")
      }
      assert.strictEqual(yield* phoneOf("ada"), before)
      assert.deepStrictEqual(yield* ledger.find(job(1).identity), Option.none())
      assert.strictEqual((yield* ledger.record(job(1), "eve" as UserId, expired)).position, 1)
    })
  )

  effect("records a job whose user nobody knows", () =>
    Effect.gen(function* () {
      const { ledger } = yield* makeLedger()
      const recorded = yield* ledger.record(job(1), undefined, { tag: "InvalidJob", reason: "unreadable" })
      assert.isFalse("userId" in recorded)
      assert.deepStrictEqual(yield* ledger.find(job(1).identity), Option.some(recorded))
    })
  )

  effect("forgets outcomes that are older than the retention, but neither positions nor how far a life had come", () =>
    Effect.gen(function* () {
      const { age, ledger, lives } = yield* makeLedger("ada")
      const life = yield* lives.begin(0)
      const old = job(500, life)
      yield* ledger.apply(old, record("ada", "new"), patience)
      yield* age(Duration.days(31))
      const young = yield* ledger.record(job(20, life), ada, expired)
      assert.strictEqual(young.position, 2)
      assert.strictEqual(yield* ledger.prune(Duration.days(30)), 1)
      assert.strictEqual(yield* ledger.prune(Duration.days(30)), 0)
      assert.deepStrictEqual(yield* ledger.find(old.identity), Option.none())
      assert.deepStrictEqual(yield* ledger.find(young.identity), Option.some(young))
      assert.strictEqual((yield* ledger.record(job(21, life), ada, expired)).position, 3)
      assert.deepStrictEqual(yield* lives.highest(life), Option.some(500))
    })
  )
}
