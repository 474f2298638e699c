import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Random } from "effect"
import { TestClock } from "effect/testing"
import { backoff } from "../../src/domain/backoff.ts"

const seeds = Array.from({ length: 200 }, (_, index) => `seed ${index}`)

/** When a caller that always fails tried, in milliseconds, until it was given up after `deadline`. */
const triesWithin = (deadline: number) =>
  Effect.suspend(() => {
    const tries: Array<number> = []
    const call = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      tries.push(now)
      return Effect.fail("away")
    })
    return Effect.as(Effect.timeoutOption(Effect.exit(Effect.retry(call, backoff)), deadline), tries)
  })

const after = <A, E, R>(effect: Effect.Effect<A, E, R>, wait: number) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust(wait)
    return yield* Fiber.join(fiber)
  })

const relative = (tries: ReadonlyArray<number>) => tries.map((at) => Math.round(at - (tries[0] ?? 0)))

const capOf = (index: number) => Math.min(5_000, 100 * 2 ** index)

describe("the waits between tries", () => {
  it.effect("are uniform from nothing to the cap of their step, over 200 seeds, and never beyond the deadline", () =>
    Effect.gen(function* () {
      const shares: Array<Array<number>> = []
      for (const seed of seeds) {
        const began = yield* Clock.currentTimeMillis
        const tries = yield* after(Random.withSeed(triesWithin(30_000), seed), 31_000)
        assert.isAtMost((tries.at(-1) ?? 0) - began, 30_000)
        tries.slice(1).forEach((at, index) => {
          const share = (at - (tries[index] ?? 0)) / capOf(index)
          assert.isAtMost(share, 1 + 1 / capOf(index))
          ;(shares[index] ??= []).push(share)
        })
      }
      for (const step of shares.slice(0, 10)) {
        assert.lengthOf(step, seeds.length)
        const quarters = [0, 1, 2, 3].map((quarter) => step.filter((share) => Math.min(3, Math.floor(share * 4)) === quarter))
        for (const { length } of quarters) assert.isAbove(length, seeds.length / 4 / 2)
      }
    })
  )

  it.effect("are the same for the same seed", () =>
    Effect.gen(function* () {
      const run = after(Random.withSeed(triesWithin(10_000), "same"), 20_000)
      assert.deepStrictEqual(relative(yield* run), relative(yield* run))
    })
  )

  it.effect("keep a thousand callers that failed together apart: no tenth of a cap has a fifth of them", () =>
    Effect.gen(function* () {
      const callers = Effect.all(
        Array.from({ length: 1000 }, () => triesWithin(30_000)),
        { concurrency: "unbounded" }
      )
      const all = yield* after(Random.withSeed(callers, "herd"), 31_000)
      for (const index of [1, 2, 4, 6]) {
        const times = all.map((tries) => tries[index] ?? Number.NaN)
        const width = capOf(index - 1) / 10
        const busiest = Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + width).length))
        assert.isBelow(busiest, 200, `try ${index}`)
      }
    })
  )
})
