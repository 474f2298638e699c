import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { makeLanes, type Run } from "../../src/domain/lanes.ts"

/** Lanes, and which jobs run now. */
const setUp = Effect.map(makeLanes, (lanes) => {
  const running = new Set<string>()
  const start = (lane: Run, name: string, seconds: number) =>
    Effect.forkChild(
      lane(
        Effect.acquireUseRelease(
          Effect.sync(() => running.add(name)),
          () => Effect.sleep(seconds * 1000),
          () => Effect.sync(() => running.delete(name))
        )
      ),
      { startImmediately: true }
    )
  return { ...lanes, running, start }
})

it.effect("a job under suspicion waits for those that run, and others wait until it has ended", () =>
  Effect.gen(function* () {
    const { alone, beside, running, start } = yield* setUp
    const seen: Array<string> = []
    const look = Effect.sync(() => void seen.push([...running].toSorted().join(" ")))
    yield* start(beside, "a", 1)
    yield* start(beside, "b", 2)
    yield* start(alone, "suspect", 0.9)
    yield* start(beside, "c", 1)
    yield* look
    yield* TestClock.adjust("1 second")
    yield* look
    yield* TestClock.adjust("1 second")
    yield* look
    yield* TestClock.adjust("900 millis")
    yield* look
    assert.deepStrictEqual(seen, ["a b", "b", "suspect", "c"])
  })
)

it.effect("suspects run one after another", () =>
  Effect.gen(function* () {
    const { alone, running, start } = yield* setUp
    for (const name of ["first", "second"]) yield* start(alone, name, 1)
    yield* TestClock.adjust(0)
    assert.deepStrictEqual([...running], ["first"])
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual([...running], ["second"])
  })
)

it.effect("it waits two seconds at most, and is above suspicion after one", () =>
  Effect.gen(function* () {
    const { alone, beside, running, start } = yield* setUp
    yield* start(beside, "slow", 60)
    yield* start(alone, "suspect", 60)
    yield* start(beside, "next", 60)
    yield* TestClock.adjust("1999 millis")
    assert.deepStrictEqual([...running], ["slow"])
    yield* TestClock.adjust("1 millis")
    assert.deepStrictEqual([...running], ["slow", "suspect"])
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual([...running], ["slow", "suspect", "next"])
  })
)

it.effect("one that is interrupted, waiting or running, keeps nobody away", () =>
  Effect.gen(function* () {
    const { alone, beside, running, start } = yield* setUp
    const first = yield* start(alone, "first", 60)
    const second = yield* start(alone, "second", 60)
    yield* TestClock.adjust(0)
    yield* Fiber.interruptAll([second, first])
    yield* start(beside, "next", 1)
    yield* TestClock.adjust(0)
    assert.deepStrictEqual([...running], ["next"])
  })
)
