import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { makeTimer } from "../../../src/adapters/undici/Timer.ts"

describe("a timer of five seconds", () => {
  it.effect("calls back whoever is late, each in its own time, and nobody else", () =>
    Effect.gen(function* () {
      const start = yield* makeTimer("5 seconds")
      const late: Array<string> = []
      start(() => late.push("first"))
      yield* TestClock.adjust("2 seconds")
      const stop = start(() => late.push("stopped"))
      start(() => late.push("second"))
      start(() => late.push("third"))
      stop()
      const at = Effect.fnUntraced(function* (millis: number, expected: ReadonlyArray<string>) {
        yield* TestClock.setTime(millis)
        assert.deepStrictEqual(late, expected, String(millis))
      })
      yield* at(4_999, [])
      yield* at(5_000, ["first"])
      yield* at(6_999, ["first"])
      yield* at(7_000, ["first", "second", "third"])
      yield* at(60_000, ["first", "second", "third"])
    })
  )

  it.effect("goes on after a time in which nothing was under way", () =>
    Effect.gen(function* () {
      const start = yield* makeTimer("5 seconds")
      let late = 0
      for (let round = 1; round <= 3; round++) {
        start(() => undefined)()
        yield* TestClock.adjust("1 hour")
        start(() => late++)
        yield* TestClock.adjust("4999 millis")
        assert.strictEqual(late, round - 1)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(late, round)
      }
    })
  )

  it.effect("ends with its scope", () =>
    Effect.gen(function* () {
      let late = 0
      const start = yield* Effect.scoped(makeTimer("5 seconds"))
      start(() => late++)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(late, 0)
    })
  )
})
