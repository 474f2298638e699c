import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { makeGroups } from "../../../src/adapters/mysql2/makeGroups.ts"

type How = Effect.Effect<string, string>

/** Groups of numbers, at most three in each and of 100 bytes, two at a time; each group is under way until it is ended. */
const makeSubject = Effect.gen(function* () {
  const groups: Array<{ readonly items: ReadonlyArray<number>; readonly end: Deferred.Deferred<ReadonlyArray<How>> }> = []
  const join = yield* makeGroups<{ readonly bytes: number }, string, string>({
    atOnce: 2,
    most: 3,
    bytes: 100,
    run: (items) =>
      Effect.gen(function* () {
        const end = yield* Deferred.make<ReadonlyArray<How>>()
        groups.push({ items: items.map(({ bytes }) => bytes), end })
        return yield* Deferred.await(end)
      })
  })
  const send = Effect.fnUntraced(function* (...items: ReadonlyArray<number>) {
    const fibers = yield* Effect.forEach(items, (item) => Effect.forkChild(join({ bytes: item }), { startImmediately: true }))
    yield* Effect.yieldNow
    return fibers
  })
  const end = (index: number, ...how: ReadonlyArray<How>) =>
    Effect.andThen(
      Effect.suspend(() => Effect.forEach(groups.slice(index, index + 1), (group) => Deferred.succeed(group.end, how))),
      Effect.repeat(Effect.yieldNow, { times: 20 })
    )
  return { send, end, sent: () => groups.map(({ items }) => items) }
})

it.effect("sends at once while few groups are under way, then those that wait together", () =>
  Effect.gen(function* () {
    const { end, send, sent } = yield* makeSubject
    yield* send(1, 2, 3, 4, 5, 6)
    assert.deepStrictEqual(sent(), [[1], [2]])
    yield* end(0, Effect.succeed("one"))
    assert.deepStrictEqual(sent(), [[1], [2], [3, 4, 5]])
    yield* end(1, Effect.succeed("two"))
    assert.deepStrictEqual(sent().at(-1), [6])
  })
)

it.effect("puts no more bytes into a group than it may have, but for a single item", () =>
  Effect.gen(function* () {
    const { end, send, sent } = yield* makeSubject
    yield* send(1, 2, 60, 40, 7, 500)
    yield* end(0)
    yield* end(1)
    yield* end(2)
    assert.deepStrictEqual(sent(), [[1], [2], [60, 40], [7], [500]])
  })
)

it.effect("tells each caller how it goes on, whatever becomes of the others", () =>
  Effect.gen(function* () {
    const { end, send } = yield* makeSubject
    const fibers = yield* send(1, 2, 3, 4, 5)
    yield* end(0, Effect.succeed("one"))
    yield* end(1, Effect.succeed("two"))
    yield* end(2, Effect.succeed("three"), Effect.fail("four"), Effect.succeed("five"))
    const exits = yield* Effect.forEach(fibers, Fiber.await)
    assert.deepStrictEqual(exits, [
      Exit.succeed("one"),
      Exit.succeed("two"),
      Exit.succeed("three"),
      Exit.fail("four"),
      Exit.succeed("five")
    ])
  })
)

it.effect("lets a caller that is interrupted leave the line, and leaves its group to the others", () =>
  Effect.gen(function* () {
    const { end, send, sent } = yield* makeSubject
    const [, , third, fourth, fifth] = yield* send(1, 2, 3, 4, 5)
    if (third === undefined || fourth === undefined || fifth === undefined) return assert.fail()
    yield* Fiber.interrupt(third)
    yield* end(0)
    assert.deepStrictEqual(sent().at(-1), [4, 5])
    yield* Fiber.interrupt(fourth)
    yield* end(2, Effect.succeed("four"), Effect.succeed("five"))
    assert.strictEqual(yield* Fiber.join(fifth), "five")
  })
)

it.effect("goes on after a group that died, whose callers hear of it", () =>
  Effect.gen(function* () {
    const join = yield* makeGroups<{ readonly bytes: number }, string, string>({
      atOnce: 1,
      most: 1,
      bytes: 1,
      run: ([item]) => (item?.bytes === 1 ? Effect.die("a bug") : Effect.succeed([Effect.succeed("well")]))
    })
    const exits = yield* Effect.forEach([1, 2], (item) => Effect.exit(join({ bytes: item })), { concurrency: 2 })
    assert.deepStrictEqual(exits, [Exit.die("a bug"), Exit.succeed("well")])
  })
)

it.effect("leaves nobody waiting when the scope closes", () =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const { send } = yield* Effect.provideService(makeSubject, Scope.Scope, scope)
    const fibers = yield* send(1, 2, 3)
    yield* Scope.close(scope, Exit.void)
    const late = yield* send(4)
    for (const fiber of [...fibers, ...late]) assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
  })
)
