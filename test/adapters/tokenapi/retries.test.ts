import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { layer } from "../../../src/adapters/tokenapi/TokenVerifierApi.ts"
import { type Answer, HttpExchange, NoAnswer } from "../../../src/services/HttpExchange.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"

const valid: Answer = { status: 200, body: JSON.stringify({ Status: true, Id: { Id: "1234567890", exp: 3 } }) }
const unreachable = Effect.fail(new NoAnswer({ reason: "unreachable" }))

const verifyWith = (post: () => Effect.Effect<Answer, NoAnswer>) =>
  TokenVerifier.use((verifier) => verifier.verify(Redacted.make("a.b.c"))).pipe(
    Effect.provide(
      layer({ url: "http://token.example" }).pipe(
        Layer.provide(BreakersMock.layer),
        Layer.provide(Layer.succeed(HttpExchange, { get: () => Effect.never, post, endedConnections: () => 0 }))
      )
    )
  )

describe("TokenVerifierApi, its retries", () => {
  it.effect.each([
    ["unreachable", "still trying"],
    ["timeout", "still trying"],
    ["tooLarge", "VerifierUnavailable: badAnswer"],
    ["notUtf8", "VerifierUnavailable: badAnswer"]
  ] as const)("when there is no answer, as in %s", ([reason, expected]) =>
    Effect.gen(function* () {
      const outcome = verifyWith(() => Effect.fail(new NoAnswer({ reason }))).pipe(
        Effect.flip,
        Effect.map(({ message }) => message),
        Effect.timeoutOrElse({ duration: "30 seconds", orElse: () => Effect.succeed("still trying") })
      )
      const fiber = yield* Effect.forkChild(outcome)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), expected)
    })
  )

  it.effect("have no end of their own, and never more than five seconds between them", () =>
    Effect.gen(function* () {
      let asked = 0
      const fiber = yield* Effect.forkChild(
        verifyWith(() =>
          Effect.andThen(
            Effect.sync(() => asked++),
            unreachable
          )
        )
      )
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(fiber.pollUnsafe())
      assert.isAtLeast(asked, 720)
      assert.isBelow(asked, 7200)
    })
  )

  it.effect("do not judge the token's age again", () =>
    Effect.gen(function* () {
      const answers = [Effect.delay(unreachable, "1 minute"), Effect.succeed(valid)]
      const fiber = yield* Effect.forkChild(verifyWith(() => answers.shift() ?? Effect.never))
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(yield* Fiber.join(fiber), { id: "1234567890", expiresAt: 3000 })
    })
  )
})
