import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import { Ledger } from "../../src/services/Ledger.ts"
import * as Pruning from "../../src/surfaces/Pruning.ts"
import * as LedgerMemory from "../../src/testing/LedgerMemory.ts"

/** Starts pruning on a ledger whose steps answer in turn with these numbers, then with 0. */
const startPruning = (steps: ReadonlyArray<number | "bug">) =>
  Effect.gen(function* () {
    const asked: Array<number> = []
    const ledger = yield* Layer.build(LedgerMemory.layer())
    const pruning = Layer.effect(
      Ledger,
      Effect.map(Ledger, (memory) =>
        Ledger.of({
          ...memory,
          prune: (retention) =>
            Effect.suspend(() => {
              const step = steps[asked.push(Duration.toDays(retention)) - 1] ?? 0
              return step === "bug" ? Effect.die(new Error("a secret")) : Effect.succeed(step)
            })
        })
      )
    ).pipe(Layer.provide(Layer.succeedContext(ledger)))
    yield* Layer.build(Pruning.layer(Duration.days(30)).pipe(Layer.provide(pruning), Layer.provide(Logger.layer([]))))
    return asked
  })

describe("pruning", () => {
  it.effect("pauses between steps, ends when nothing is old, and begins again after an hour", () =>
    Effect.gen(function* () {
      const asked = yield* startPruning([500, 500, 3, 0])
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(asked, [30])
      yield* TestClock.adjust("199 millis")
      assert.strictEqual(asked.length, 1)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(asked.length, 2)
      yield* TestClock.adjust("400 millis")
      assert.strictEqual(asked.length, 4)
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual(asked.length, 4)
      yield* TestClock.adjust("1 minutes")
      assert.strictEqual(asked.length, 5)
    })
  )

  it.effect("goes on an hour after a bug", () =>
    Effect.gen(function* () {
      const asked = yield* startPruning([500, "bug", 500])
      yield* TestClock.adjust("1 minutes")
      assert.strictEqual(asked.length, 2)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(asked.length, 4)
    })
  )
})
