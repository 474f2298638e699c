import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as BreakersInProcess from "../../../src/adapters/process/BreakersInProcess.ts"
import { Breakers, type Neighbour } from "../../../src/services/Breakers.ts"

const away = Effect.fail("away" as string)
const refusal = Effect.fail("refused" as string)

const whyAway = (error: string) => (error === "away" ? error : undefined)

/** Breakers with a guarded neighbour whose probe answers as `probe` says now. */
const setUp = Effect.gen(function* () {
  const breakers = yield* Breakers
  const state: { probe: Effect.Effect<unknown, string>; probes: number } = { probe: away, probes: 0 }
  const probe = Effect.suspend(() => (state.probes++, state.probe))
  return { state, breakers, guard: yield* breakers.guard("encryption", { whyAway, probe }) }
})

const closedNow = (breakers: Breakers["Service"]) =>
  Effect.gen(function* () {
    const asking = yield* Effect.forkChild(breakers.allClosed, { startImmediately: true })
    const isClosed = asking.pollUnsafe() !== undefined
    yield* Fiber.interrupt(asking)
    return isClosed
  })

const lines: Array<string> = []
const logged = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])
const provided = Effect.provide(Layer.merge(BreakersInProcess.layer, logged))

it.effect("a breaker opens at the first call that finds the neighbour away, and closes with any other answer", () =>
  Effect.gen(function* () {
    const { breakers, guard } = yield* setUp
    assert.isTrue(yield* closedNow(breakers))
    for (const answer of [Effect.void, refusal]) {
      yield* Effect.exit(guard(away))
      assert.isFalse(yield* closedNow(breakers))
      yield* Effect.exit(guard(answer))
      assert.isTrue(yield* closedNow(breakers))
    }
  }).pipe(Effect.scoped, provided)
)

it.effect("an open breaker probes about once a second until the neighbour answers, and waiting calls go on then", () =>
  Effect.gen(function* () {
    const { breakers, guard, state } = yield* setUp
    yield* Effect.exit(guard(away))
    const waiting = yield* Effect.forkChild(breakers.allClosed, { startImmediately: true })
    yield* TestClock.adjust("999 millis")
    assert.strictEqual(state.probes, 0)
    yield* TestClock.adjust("10 minutes")
    assert.isAbove(state.probes, 400)
    assert.isAtMost(state.probes, 600)
    assert.isUndefined(waiting.pollUnsafe())
    state.probe = Effect.void
    yield* TestClock.adjust("2 seconds")
    assert.isDefined(waiting.pollUnsafe())
    const { probes } = state
    yield* TestClock.adjust("1 minute")
    assert.strictEqual(state.probes, probes)
  }).pipe(Effect.scoped, provided)
)

it.effect("each opening and each closing is logged once, however many calls fail", () =>
  Effect.gen(function* () {
    lines.length = 0
    const { guard } = yield* setUp
    yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.exit(guard(away)), { concurrency: 20 })
    yield* Effect.exit(guard(refusal))
    yield* Effect.exit(guard(Effect.void))
    assert.deepStrictEqual(lines, ["the encryption service is away (away)", "the encryption service answers again"])
  }).pipe(Effect.scoped, provided)
)

it.effect("all must be closed, and who watches hears of each change", () =>
  Effect.gen(function* () {
    const { breakers, guard } = yield* setUp
    const other = yield* breakers.guard("mysql", { whyAway: (error: string) => error, probe: Effect.never })
    const seen: Array<ReadonlyArray<Neighbour>> = []
    yield* breakers.watch((open) => Effect.sync(() => void seen.push([...open])))
    yield* Effect.yieldNow
    yield* Effect.exit(guard(away))
    yield* Effect.yieldNow
    yield* Effect.exit(other(Effect.fail("down")))
    yield* Effect.yieldNow
    yield* Effect.exit(guard(Effect.void))
    yield* Effect.yieldNow
    assert.isFalse(yield* closedNow(breakers))
    yield* Effect.exit(other(Effect.void))
    yield* TestClock.adjust(0)
    assert.isTrue(yield* closedNow(breakers))
    assert.deepStrictEqual(seen, [[], ["encryption"], ["encryption", "mysql"], ["mysql"], []])
  }).pipe(Effect.scoped, provided)
)

it.effect(
  "what was asked before a breaker turned says nothing: an old answer does not close it, an old failure does not open it",
  () =>
    Effect.gen(function* () {
      const { breakers, guard, state } = yield* setUp
      state.probe = Effect.never
      const after = (seconds: number, answer: Effect.Effect<unknown, string>) =>
        Effect.forkChild(Effect.exit(guard(Effect.delay(answer, seconds * 1000))), { startImmediately: true })
      const oldAnswer = yield* after(10, Effect.void)
      yield* Effect.exit(guard(away))
      const oldFailure = yield* after(20, away)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(oldAnswer)
      assert.isFalse(yield* closedNow(breakers))
      yield* guard(Effect.void)
      assert.isTrue(yield* closedNow(breakers))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(oldFailure)
      assert.isTrue(yield* closedNow(breakers))
      yield* Effect.exit(guard(away))
      assert.isFalse(yield* closedNow(breakers))
    }).pipe(Effect.scoped, provided)
)

it.effect(
  "a call that is given up after a second without an answer has found the neighbour away, one given up sooner has not",
  () =>
    Effect.gen(function* () {
      const { breakers, guard } = yield* setUp
      for (const [millis, closed] of [
        [999, true],
        [1000, false]
      ] as const) {
        const asking = yield* Effect.forkChild(Effect.timeoutOption(guard(Effect.never), millis), { startImmediately: true })
        yield* TestClock.adjust(millis)
        yield* Fiber.join(asking)
        assert.strictEqual(yield* closedNow(breakers), closed)
      }
      const mysql = yield* breakers.guard("mysql", { whyAway, probe: Effect.never })
      yield* guard(Effect.void)
      const asking = yield* Effect.forkChild(Effect.timeoutOption(mysql(Effect.never), "1 hour"), { startImmediately: true })
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(asking)
      assert.isTrue(yield* closedNow(breakers))
    }).pipe(Effect.scoped, provided)
)

it.effect("a neighbour that comes and goes is not probed more often than one that stays away", () =>
  Effect.gen(function* () {
    const { guard, state } = yield* setUp
    for (let time = 0; time < 1000; time++) {
      yield* Effect.exit(guard(away))
      yield* TestClock.adjust("50 millis")
      yield* Effect.exit(guard(Effect.void))
      yield* TestClock.adjust("50 millis")
    }
    assert.isAtMost(state.probes, 100)
  }).pipe(Effect.scoped, provided)
)
