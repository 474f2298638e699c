import { assert, describe, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { TestClock } from "effect/testing"
import { makeHeed, readRetryAfter } from "../../src/domain/retryAfter.ts"

const now = Date.parse("Sun, 06 Nov 1994 08:49:07 GMT")

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["1", 1_000],
    ["007", 7_000],
    ["60", 60_000],
    ["61", 60_000],
    ["999999999", 60_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
    ["Sun Nov  6 08:49:37 1994", 30_000],
    ["Sun, 06 Nov 1994 08:49:07 GMT", 0],
    ["Sun, 06 Nov 1994 08:49:06 GMT", 0],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 60_000]
  ])("%s is a time", (text, wait) => {
    assert.strictEqual(readRetryAfter(503, text, now), wait)
    assert.strictEqual(readRetryAfter(429, text, now), wait)
  })

  it.each([
    undefined,
    "",
    " ",
    "-1",
    "+1",
    "1.5",
    "1e3",
    "0x10",
    "1s",
    "1, 2",
    "9".repeat(10),
    "9".repeat(100_000),
    "Infinity",
    "NaN",
    "soon",
    "19:94",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 99 Nov 1994 99:99:99 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT, 5",
    "\u0660",
    ["5", "6"]
  ])("%o is none", (text) => {
    assert.isUndefined(readRetryAfter(503, text, now))
  })

  it("is heard beside 503 and 429 and no other status", () => {
    const heard = Array.from({ length: 900 }, (_, index) => index + 100).filter(
      (status) => readRetryAfter(status, "5", now) !== undefined
    )
    assert.deepStrictEqual(heard, [429, 503])
  })
})

/** When each of a hundred calls was sent, in milliseconds after an answer that named this wait. */
const sentAfter = Effect.fnUntraced(function* (retryAfter: number, more: ReadonlyArray<number> = []) {
  const heed = makeHeed()
  yield* heed(Effect.succeed({ retryAfter }))
  const sent: Array<number> = []
  const answers = [...more]
  const call = Effect.map(
    TestClock.testClockWith((clock) => Effect.succeed(clock.currentTimeMillisUnsafe())),
    (now) => {
      sent.push(now)
      const next = answers.shift()
      return next === undefined ? {} : { retryAfter: next }
    }
  )
  yield* Effect.forkChild(
    Effect.all(
      Array.from({ length: 100 }, () => heed(call)),
      { concurrency: "unbounded" }
    )
  )
  yield* TestClock.adjust("5 minutes")
  return sent
})

describe("calls of a neighbour that named a time", () => {
  it.effect.each([1, 1_000, 60_000])("are sent at no time before, spread over two seconds after: %d ms", (wait) =>
    Effect.gen(function* () {
      const sent = yield* sentAfter(wait)
      assert.lengthOf(sent, 100)
      assert.isAtLeast(Math.min(...sent), wait)
      assert.isAtMost(Math.max(...sent), wait + 2_000)
      const seconds = [0, 0.5, 1, 1.5].map((from) =>
        sent.filter((at) => at - wait >= from * 1000 && at - wait < (from + 0.5) * 1000)
      )
      for (const { length } of seconds) assert.isAbove(length, 5)
    }).pipe(Random.withSeed(`${wait}`))
  )

  it.effect("wait again where an answer in between names a later one", () =>
    Effect.gen(function* () {
      const [first = 0, ...others] = yield* sentAfter(5_000, [30_000])
      assert.isBelow(first, 7_000)
      assert.isAtLeast(Math.min(...others), first + 30_000)
    }).pipe(Random.withSeed("later"))
  )

  it.effect("wait for no clock that was set back", () =>
    Effect.gen(function* () {
      const heed = makeHeed()
      yield* TestClock.setTime(now)
      yield* heed(Effect.succeed({ retryAfter: 60_000 }))
      yield* TestClock.setTime(now - 3_600_000)
      yield* heed(Effect.succeed({}))
    })
  )

  it.effect("are sent at once where it was 0, or a call failed, or another neighbour named it", () =>
    Effect.gen(function* () {
      const heed = makeHeed()
      yield* makeHeed()(Effect.succeed({ retryAfter: 60_000 }))
      yield* Effect.exit(heed(Effect.fail("away")))
      yield* heed(Effect.succeed({ retryAfter: 0 }))
      yield* heed(Effect.succeed({}))
    })
  )
})
