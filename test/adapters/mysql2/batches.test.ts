import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Fiber, type Scope } from "effect"
import type { UserId } from "../../../src/domain/UserId.ts"
import { query } from "../../../src/local/sql.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { DatabaseServer, readOutcomes, readUsers } from "../../support/database.ts"
import { until } from "../../support/until.ts"
import { apply, endOf, job, lockUsers, makeBatchGround, startTogether, together, waitingForUsers } from "./together.ts"
import type { Ground } from "./trouble.ts"

const few = "update_ledger_apply_few_3"
const many = "update_ledger_apply_many_3"
const alone = "update_ledger_apply_2"

/** Phone number, and how often the row was updated. */
const rowsOf = (ground: Ground, ...ids: ReadonlyArray<string>) =>
  Effect.map(readUsers(ground.asRoot), (users) =>
    users.filter(({ Id }) => ids.includes(String(Id))).map(({ Phone, Updates }) => [Phone, Updates])
  )

/** Position, number, and whether a later job had been applied. */
const outcomesOf = ({ asRoot }: Ground, id: string) =>
  Effect.map(readOutcomes(asRoot), (rows) =>
    rows
      .filter(({ user_id }) => user_id === id)
      .toSorted((one, other) => Number(one["position"]) - Number(other["position"]))
      .map(({ number, position, superseded }) => [position, number, superseded])
  )

const numbered = (...ids: ReadonlyArray<string>) => ids.map((id, index) => apply(id, job(index + 1)))

const appliedOnce = (
  ground: Ground,
  fibers: ReadonlyArray<Fiber.Fiber<Parameters<typeof endOf>[0]>>,
  numbers: ReadonlyArray<number> = [1, 2, 3]
) =>
  Effect.gen(function* () {
    const ends = (yield* Effect.forEach(fibers, Fiber.join)).map(endOf)
    assert.deepStrictEqual(ends, ["Updated", "Updated", "Updated"])
    assert.deepStrictEqual(
      yield* rowsOf(ground, "a", "b", "c"),
      numbers.map((number) => [`new ${number}`, 1])
    )
  })

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })(
  "updates that are ready at the same moment",
  (it) => {
    const test = <E>(
      name: string,
      users: ReadonlyArray<string>,
      body: (ground: Ground) => Effect.Effect<unknown, E, Ledger | Scope.Scope>,
      lockWaitSeconds?: number
    ) =>
      it.effect(name, () =>
        Effect.gen(function* () {
          const ground = yield* makeBatchGround(users, lockWaitSeconds)
          yield* Effect.andThen(Ledger, body(ground)).pipe(Effect.provide(ground.ledger))
        })
      )

    test("share a transaction, and each has an outcome of its own", ["a", "B", "c", "d"], (ground) =>
      Effect.gen(function* () {
        yield* (yield* Ledger).record(job(4), "d" as UserId, { tag: "InvalidToken", reason: "expired" })
        const { calls, ends } = yield* together(
          ground,
          apply("d", job(4)),
          apply("nobody", job(1)),
          apply("c", job(3)),
          apply("b", job(5)),
          apply("c", job(6), { name: "x".repeat(101) }),
          apply("a", job(2))
        )
        assert.deepStrictEqual(ends, ["InvalidToken", "unknownUser", "Updated", "unknownUser", "refused", "Updated"])
        assert.deepStrictEqual(calls, [alone, alone, alone, alone, many])
        const old = ["old", 0]
        assert.deepStrictEqual(yield* rowsOf(ground, "a", "B", "c", "d"), [["new 2", 1], old, ["new 3", 1], old])
        assert.deepStrictEqual(yield* outcomesOf(ground, "c"), [[1, 3, 0]])
        assert.deepStrictEqual(yield* outcomesOf(ground, "nobody"), [])
      })
    )

    test("take effect in their order, those of one user too", ["a", "b"], (ground) =>
      Effect.gen(function* () {
        const ofOne = [12, 3, 101, 20, 4].map((number) => apply("a", job(number)))
        const { calls, exits } = yield* together(ground, ...ofOne, apply("b", job(2)))
        assert.deepStrictEqual(calls, [many])
        const positions = exits.map((exit) => (Exit.isSuccess(exit) ? exit.value.position : undefined))
        assert.deepStrictEqual(positions, [3, 1, 5, 4, 2, 1])
        assert.deepStrictEqual((yield* together(ground, apply("a", job(50)), apply("b", job(51)))).ends, ["Updated", "Updated"])
        assert.deepStrictEqual(yield* outcomesOf(ground, "a"), [
          [1, 3, 0],
          [2, 4, 0],
          [3, 12, 0],
          [4, 20, 0],
          [5, 101, 0],
          [6, 50, 1]
        ])
        assert.deepStrictEqual(yield* rowsOf(ground, "a"), [["new 101", 5]])
      })
    )

    test("have one outcome where they are runs of one job", ["a", "b"], (ground) =>
      Effect.gen(function* () {
        const { calls, ends, exits } = yield* together(ground, apply("a", job(1)), apply("b", job(2)), apply("a", job(1)))
        assert.deepStrictEqual(calls, [alone, few])
        assert.deepStrictEqual(ends, ["Updated", "Updated", "Updated"])
        assert.deepStrictEqual(exits[0], exits[2])
        assert.deepStrictEqual(yield* rowsOf(ground, "a", "b"), [
          ["new 1", 1],
          ["new 2", 1]
        ])
      })
    )

    test("store every letter as it was given", ["a", "b", "c", "d"], (ground) =>
      Effect.gen(function* () {
        const ids = ["a", "b", "c", "d"]
        const texts = ["\\\"'`$[0]\\u0041,;--\t", "😀𝒳é e\u0301 ﷽ \u{10FFFF}", "  spaces at both ends  ", "NULL"]
        yield* together(
          ground,
          ...texts.map((text, index) =>
            apply(ids[index] ?? "", job(index + 1), { phone: text, password: `${text} `, name: text, image: text })
          )
        )
        const users = (yield* readUsers(ground.asRoot)).filter(({ Id }) => ids.includes(String(Id)))
        assert.deepStrictEqual(
          users.map(({ Image, Name, Password, Phone }) => [Phone, Password, Name, Image]),
          texts.map((text) => [text, `${text} `, text, text])
        )
      })
    )

    test("go in several transactions where they are large, or alone", ["a", "b", "c", "d", "e"], (ground) =>
      Effect.gen(function* () {
        const sizes = { a: 600_000, b: 400_000, c: 600_000, d: 5_000_000, e: 11 }
        const { calls, exits } = yield* together(
          ground,
          ...Object.entries(sizes).map(([id, size], index) => apply(id, job(index + 1), { image: id.repeat(size) }))
        )
        assert.isTrue(exits.every(Exit.isSuccess))
        assert.deepStrictEqual(calls, [few, few])
        const images = yield* query(
          ground.asRoot,
          "SELECT CHAR_LENGTH(Image) AS size, Image = REPEAT(Id, CHAR_LENGTH(Image)) AS exact FROM Users WHERE Id < 'f' ORDER BY Id"
        )
        assert.deepStrictEqual(
          images.map(({ exact, size }) => [size, exact]),
          Object.values(sizes).map((size) => [size, 1])
        )
      })
    )

    test("do not wait for one whose row somebody has locked", ["a", "b", "c"], (ground) =>
      Effect.gen(function* () {
        const run = yield* ground.connect
        yield* run("START TRANSACTION")
        yield* run("SELECT * FROM Users WHERE Id = 'b' FOR UPDATE")
        const { calls, fibers } = yield* startTogether(ground, ...numbered("a", "b", "c"))
        yield* until(Effect.sync(calls), (names) => names.includes(alone))
        assert.deepStrictEqual(yield* rowsOf(ground, "a", "c"), [
          ["new 1", 1],
          ["new 3", 1]
        ])

        const asked = ground.calls.length
        const next = yield* Effect.forkChild(apply("b", job(9)), { startImmediately: true })
        assert.deepStrictEqual(ground.calls.slice(asked), [alone])
        assert.deepStrictEqual(yield* rowsOf(ground, "b"), [["old", 0]])
        yield* run("COMMIT")
        const ends = (yield* Effect.forEach(fibers, Fiber.join)).map(endOf)
        assert.deepStrictEqual(ends, ["Updated", "Updated", "Updated"])
        yield* Fiber.join(next)
        assert.strictEqual((yield* rowsOf(ground, "b"))[0]?.[0], "new 9")
      })
    )

    test(
      "are applied alone after a lock that did not come in time",
      ["a", "b", "c"],
      (ground) =>
        Effect.gen(function* () {
          const { letGo } = yield* lockUsers(ground, "b")
          const { calls, fibers } = yield* startTogether(ground, ...numbered("a", "b", "c"))
          yield* until(rowsOf(ground, "a", "c"), (rows) => rows.every(([, updates]) => updates === 1))
          assert.isAtLeast(calls().filter((name) => name === alone).length, 3)
          assert.deepStrictEqual(yield* rowsOf(ground, "b"), [["old", 0]])
          yield* letGo
          yield* appliedOnce(ground, fibers)
        }),
      1
    )

    test("are applied alone after a deadlock", ["a", "b", "c"], (ground) =>
      Effect.gen(function* () {
        const { letGo, run } = yield* lockUsers(ground, "a", "b")
        yield* letGo
        yield* run("CREATE TABLE Weight (id INT AUTO_INCREMENT PRIMARY KEY)")
        yield* run("START TRANSACTION")
        yield* run(`INSERT INTO Weight VALUES ${Array.from({ length: 300 }, () => "(NULL)").join(", ")}`)
        yield* run("SELECT * FROM update_ledger_users WHERE user_id = 'b' FOR UPDATE")
        const { fibers } = yield* startTogether(ground, ...numbered("c", "b", "a"))
        yield* waitingForUsers(ground, 1)
        yield* run("SELECT * FROM update_ledger_users WHERE user_id = 'a' FOR UPDATE")
        yield* run("COMMIT")
        yield* appliedOnce(ground, fibers, [3, 2, 1])
        assert.include(
          ground.failures.map(({ code }) => code),
          "ER_LOCK_DEADLOCK"
        )
      })
    )

    test("are applied once, though the connection is cut in the middle", ["a", "b", "c"], (ground) =>
      Effect.gen(function* () {
        const { letGo } = yield* lockUsers(ground, "b")
        const { fibers } = yield* startTogether(ground, ...numbered("a", "b", "c"))
        const [waiting] = yield* waitingForUsers(ground, 1)
        yield* query(ground.asRoot, `KILL CONNECTION ${String(waiting?.["id"])}`)
        const kinds = Effect.sync(() => ground.failures.map(({ kind }) => kind))
        yield* until(kinds, (all) => all.includes("away"))
        yield* letGo
        yield* appliedOnce(ground, fibers)
      })
    )

    test("go on when one of their callers is interrupted", ["a", "b", "c"], (ground) =>
      Effect.gen(function* () {
        const { letGo } = yield* lockUsers(ground, "b")
        const { fibers } = yield* startTogether(ground, ...numbered("a", "b", "c"))
        yield* waitingForUsers(ground, 1)
        yield* Effect.forEach(fibers.slice(0, 1), Fiber.interrupt)
        yield* letGo
        const again = yield* Effect.forkChild(Effect.exit(apply("a", job(1))))
        yield* appliedOnce(ground, [again, ...fibers.slice(1)])
        assert.deepStrictEqual(yield* outcomesOf(ground, "a"), [[1, 1, 0]])
      })
    )

    test("see what was committed while they waited: a number that was counted twice begins a life", ["a", "b"], (ground) =>
      Effect.gen(function* () {
        yield* query(ground.asRoot, "INSERT INTO update_ledger_lives VALUES (1, 'bull:Update_User', UTC_TIMESTAMP(3))")
        const { letGo, run } = yield* lockUsers(ground, "b")
        const { fibers } = yield* startTogether(ground, apply("a", job(1)), apply("b", job(7, "another time")))
        yield* waitingForUsers(ground, 1)
        yield* run(
          `INSERT INTO update_ledger_outcomes (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at)
           VALUES ('b', 1, UNHEX('${job(7).identity}'), 1, 7, '7', 'Updated', '', FALSE, UTC_TIMESTAMP(3))`
        )
        yield* run("UPDATE update_ledger_users SET position = 1, life = 1, number = 7 WHERE user_id = 'b'")
        yield* letGo
        const [, second] = yield* Effect.forEach(fibers, Fiber.join)
        assert.isTrue(second !== undefined && Exit.isSuccess(second) && second.value.life > 1)
      })
    )
  }
)
