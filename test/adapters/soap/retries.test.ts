import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as EncryptorSoap from "../../../src/adapters/soap/EncryptorSoap.ts"
import { Encryptor } from "../../../src/services/Encryptor.ts"
import { type Answer, HttpExchange, NoAnswer } from "../../../src/services/HttpExchange.ts"
import { good } from "./answers.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"

/** An encryptor whose every post ends as `answer` says of its number, counted from 1. */
const layerOn = (answer: (posted: number) => Effect.Effect<Answer, NoAnswer>, xml: "auto" | "strict" = "strict") => {
  let posted = 0
  const http = Layer.succeed(
    HttpExchange,
    HttpExchange.of({ endedConnections: () => 0, get: () => Effect.never, post: () => Effect.suspend(() => answer(++posted)) })
  )
  const layer = EncryptorSoap.layer({ url: "http://127.0.0.1/", xml, checkLength: false }).pipe(
    Layer.provide([http, BreakersMock.layer]),
    Layer.provideMerge(Logger.layer([]))
  )
  return { layer, posted: () => posted }
}

const encrypt = Encryptor.use((encryptor) =>
  encryptor.encrypt({ phone: Redacted.make("0912345678"), password: Redacted.make("a&b") })
)
const status = (code: number) => Effect.succeed({ status: code, body: code === 200 ? good : "" })
const no = (reason: NoAnswer["reason"]) => Effect.suspend(() => Effect.fail(new NoAnswer({ reason })))

const away = [
  { name: "is unreachable", answer: no("unreachable") },
  { name: "does not answer in time", answer: no("timeout") },
  ...[500, 503, 599, 408, 429].map((code) => ({ name: `answers ${code}`, answer: status(code) }))
]

const refusing = [
  { name: "answers more than 64 KiB", answer: no("tooLarge"), reason: "badAnswer" },
  { name: "does not answer in UTF-8", answer: no("notUtf8"), reason: "badAnswer" },
  { name: "answers nothing", answer: Effect.succeed({ status: 200, body: "" }), reason: "badAnswer" },
  ...[201, 302, 400, 404, 600].map((code) => ({ name: `answers ${code}`, answer: status(code), reason: "rejected" }))
]

describe("a service that is away", () => {
  it.effect.each(away)("is asked again until it is back: it $name", ({ answer }) =>
    Effect.gen(function* () {
      const { layer, posted } = layerOn((count) => (count <= 20 ? answer : status(200)))
      const job = yield* Effect.forkChild(Effect.provide(encrypt, layer))
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(Redacted.value((yield* Fiber.join(job)).password), "Qg==")
      assert.strictEqual(posted(), 21)
    })
  )

  it.effect("is asked without end, at most every few seconds once it has been away for long", () =>
    Effect.gen(function* () {
      const { layer, posted } = layerOn(() => no("unreachable"))
      const job = yield* Effect.forkChild(Effect.provide(encrypt, layer))
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(job.pollUnsafe())
      assert.isAbove(posted(), 700)
      assert.isBelow(posted(), 3_000)
    })
  )

  it.effect("is let go when the caller gives up", () =>
    Effect.gen(function* () {
      const { layer, posted } = layerOn(() => no("timeout"))
      const exit = yield* Effect.exit(Effect.timeout(encrypt, "10 seconds")).pipe(Effect.provide(layer), Effect.forkChild)
      yield* TestClock.adjust("10 seconds")
      const ended = yield* Fiber.join(exit)
      assert.isTrue(Exit.isFailure(ended) && Cause.isTimeoutError(Cause.squash(ended.cause)))
      const before = posted()
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(posted(), before)
    })
  )

  it.effect("is asked how it reads before the first job", () =>
    Effect.gen(function* () {
      const { layer, posted } = layerOn((count) => (count <= 5 ? no("unreachable") : status(200)), "auto")
      yield* Effect.provide(TestClock.adjust("1 minute"), layer)
      assert.strictEqual(posted(), 8)
    })
  )

  it.effect("neither holds up nor fails the start, and a job that must know how it reads waits for it", () =>
    Effect.gen(function* () {
      const { layer, posted } = layerOn((count) => (count <= 20 ? no("unreachable") : status(200)), "auto")
      yield* Effect.gen(function* () {
        assert.isAtMost(posted(), 1)
        const job = yield* Effect.forkChild(Effect.flip(encrypt))
        yield* TestClock.adjust("2 minutes")
        assert.strictEqual((yield* Fiber.join(job)).reason, "notEncodable")
        assert.isAbove(posted(), 20)
      }).pipe(Effect.provide(layer))
    })
  )
})

describe("a service that refuses", () => {
  it.effect.each(refusing)("is asked once: it $name", ({ answer, reason }) =>
    Effect.gen(function* () {
      const { layer, posted } = layerOn(() => answer)
      assert.strictEqual((yield* Effect.provide(Effect.flip(encrypt), layer)).reason, reason)
      assert.strictEqual(posted(), 1)
    })
  )
})
