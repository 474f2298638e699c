import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { layer } from "../../../src/adapters/jose/TokenVerifierJwks.ts"
import { type Answer, NoAnswer } from "../../../src/services/HttpExchange.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import { keySetOf, makeKey, signJwt, type SigningKey } from "../../support/issuer.ts"
import { answering, claims, now } from "./ways.ts"

const old = makeKey("ES256", "old")
const fresh = makeKey("ES256", "new")
const refused = Effect.fail(new NoAnswer({ reason: "unreachable" }))
const silent = Effect.never
const publishes = (...keys: ReadonlyArray<SigningKey>) => Effect.succeed({ status: 200, body: keySetOf(...keys) })
const status = (status: number) => Effect.succeed({ status, body: "" })

/** A verifier on an issuer that answers as `issuer.answer` says at the moment, and how often it was asked. */
const scenario = <A, E>(
  first: Effect.Effect<Answer, NoAnswer>,
  play: (issuer: { answer: Effect.Effect<Answer, NoAnswer>; asked: number }) => Effect.Effect<A, E, TokenVerifier>
) =>
  Effect.gen(function* () {
    const issuer = { answer: first, asked: 0 }
    const get = () =>
      Effect.suspend(() => {
        issuer.asked++
        return issuer.answer
      })
    yield* TestClock.setTime(now * 1000)
    yield* play(issuer).pipe(
      Effect.provide(layer({ url: "https://issuer.example" }).pipe(Layer.provide([answering(get), BreakersMock.layer]))),
      Effect.provide(Logger.layer([]))
    )
  })

const token = (key: SigningKey) => signJwt(key, { ...claims, exp: now + 100_000 })
const verify = (text: string) =>
  TokenVerifier.use((verifier) => verifier.verify(Redacted.make(text))).pipe(
    Effect.match({ onSuccess: ({ id }) => id, onFailure: ({ message }) => message })
  )
const many = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(
    Effect.all(
      Array.from({ length: 100 }, () => effect),
      { concurrency: "unbounded" }
    ),
    (all) => [...new Set(all)]
  )
const taken = claims.Id
const unknown = "InvalidToken: signature"
const bad = "VerifierUnavailable: badAnswer"
const within =
  (duration: Duration.Input) =>
  <E, R>(effect: Effect.Effect<string, E, R>) =>
    Effect.timeoutOrElse(effect, { duration, orElse: () => Effect.succeed("still waiting") })
const soon = within("30 seconds")

describe("the keys of an issuer", () => {
  it.effect("are fetched when they are first needed, once for all who wait", () =>
    scenario(Effect.delay(publishes(old), "1 second"), (issuer) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(issuer.asked, 0)
        const fiber = yield* Effect.forkChild(many(verify(token(old))))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(fiber), [taken])
        assert.strictEqual(issuer.asked, 1)
      })
    )
  )

  it.effect("are kept for ten minutes, and then fetched again", () =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        yield* verify(token(old))
        yield* TestClock.adjust("599 seconds")
        assert.deepStrictEqual(yield* many(verify(token(old))), [taken])
        assert.strictEqual(issuer.asked, 1)
        issuer.answer = publishes(fresh)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* many(verify(token(old))), [unknown])
        assert.deepStrictEqual(yield* many(verify(token(fresh))), [taken])
        assert.strictEqual(issuer.asked, 2)
      })
    )
  )

  it.effect("go on for an hour where they cannot be fetched again, and not a second more", () =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        yield* verify(token(old))
        for (const answer of [refused, status(503), status(404), publishes()]) {
          issuer.answer = answer
          yield* TestClock.adjust("17 minutes")
          assert.deepStrictEqual(yield* many(verify(token(old))), [taken])
        }
        issuer.answer = refused
        yield* TestClock.adjust("2 minutes")
        const late = yield* Effect.forkChild(soon(verify(token(old))))
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(yield* Fiber.join(late), "still waiting")
      })
    )
  )

  it.effect("hold up nobody while an issuer is silent and old ones are there", () =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        yield* verify(token(old))
        issuer.answer = silent
        yield* TestClock.adjust("10 minutes")
        const first = yield* Effect.forkChild(verify(token(old)))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* Fiber.join(first), taken)
        assert.deepStrictEqual(yield* many(verify(token(old))), [taken])
        assert.isAtMost(issuer.asked, 3)
      })
    )
  )

  it.effect("are not fetched by a job that gives up: the fetch goes on for the others", () =>
    scenario(Effect.delay(publishes(old), "1 second"), (issuer) =>
      Effect.gen(function* () {
        const first = yield* Effect.forkChild(verify(token(old)))
        const second = yield* Effect.forkChild(verify(token(old)))
        yield* TestClock.adjust("500 millis")
        yield* Fiber.interrupt(first)
        yield* TestClock.adjust("500 millis")
        assert.strictEqual(yield* Fiber.join(second), taken)
        assert.strictEqual(issuer.asked, 1)
      })
    )
  )
})

describe("an outage at the start", () => {
  it.effect.each([
    { name: "refused", answer: refused },
    { name: "silent", answer: silent },
    { name: "status 500", answer: status(500) },
    { name: "status 429", answer: status(429) },
    { name: "status 408", answer: status(408) }
  ])("is waited out, then the jobs go on: $name", ({ answer }) =>
    scenario<void, never>(answer, (issuer) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(many(verify(token(old))))
        yield* TestClock.adjust("1 hour")
        assert.isUndefined(fiber.pollUnsafe())
        issuer.answer = publishes(old)
        yield* TestClock.adjust("7 seconds")
        assert.deepStrictEqual(yield* Fiber.join(fiber), [taken])
      })
    )
  )

  it.effect("costs one fetch for each step of the backoff, however many wait and whenever they come", () =>
    scenario<void, never>(refused, (issuer) =>
      Effect.gen(function* () {
        const text = token(old)
        for (let second = 0; second < 100; second++) {
          yield* Effect.forkChild(verify(text))
          yield* TestClock.adjust("1 second")
        }
        assert.isAtLeast(issuer.asked, 20)
        assert.isAtMost(issuer.asked, 80)
      })
    )
  )

  it.effect.each([
    { name: "status 404", answer: status(404) },
    { name: "a redirect", answer: status(302) },
    { name: "status 204", answer: status(204) },
    { name: "too large", answer: Effect.fail(new NoAnswer({ reason: "tooLarge" })) },
    { name: "not UTF-8", answer: Effect.fail(new NoAnswer({ reason: "notUtf8" })) },
    { name: "HTML", answer: Effect.succeed({ status: 200, body: "<html></html>" }) },
    { name: "no key", answer: publishes() }
  ])("that is nonsense is told at once, and asked about as seldom: $name", ({ answer }) =>
    scenario<void, never>(answer, (issuer) =>
      Effect.gen(function* () {
        for (let second = 0; second < 40; second++) {
          assert.deepStrictEqual(yield* many(within("5 seconds")(verify(token(old)))), [bad])
          yield* TestClock.adjust("1 second")
        }
        assert.isAtMost(issuer.asked, 35)
        issuer.answer = publishes(old)
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(yield* many(verify(token(old))), [taken])
      })
    )
  )
})

describe("a kid that is not in the set", () => {
  it.effect("has the set fetched anew at once: a new key is known as soon as it signs", () =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        yield* verify(token(old))
        issuer.answer = Effect.delay(publishes(fresh), "1 second")
        const fiber = yield* Effect.forkChild(many(verify(token(fresh))))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(fiber), [taken])
        assert.strictEqual(issuer.asked, 2)
        assert.strictEqual(yield* verify(token(old)), unknown)
      })
    )
  )

  it.effect("is invalid after that, and has it fetched again only every 30 seconds", () =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        yield* verify(token(old))
        for (let second = 0; second < 100; second++) {
          assert.deepStrictEqual(yield* many(verify(token(fresh))), [unknown])
          yield* TestClock.adjust("1 second")
        }
        assert.strictEqual(issuer.asked, 1 + 4)
      })
    )
  )

  it.effect("is invalid at the first fetch", () =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* many(verify(token(fresh))), [unknown])
        assert.strictEqual(issuer.asked, 1)
      })
    )
  )

  it.effect.each([
    { name: "fresh", age: Duration.minutes(1) },
    { name: "old", age: Duration.minutes(11) }
  ])("is neither good nor bad while the set cannot be had, at one fetch in 30 seconds: keys $name", ({ age }) =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        yield* verify(token(old))
        yield* TestClock.adjust(age)
        issuer.answer = refused
        const fiber = yield* Effect.forkChild(many(verify(token(fresh))))
        yield* TestClock.adjust("299 seconds")
        assert.isUndefined(fiber.pollUnsafe())
        assert.isAtMost(issuer.asked, 11)
        issuer.answer = publishes(old, fresh)
        yield* TestClock.adjust("35 seconds")
        assert.deepStrictEqual(yield* Fiber.join(fiber), [taken])
      })
    )
  )

  it.effect("is unavailable at once where the answer is nonsense", () =>
    scenario(publishes(old), (issuer) =>
      Effect.gen(function* () {
        yield* verify(token(old))
        issuer.answer = status(404)
        assert.deepStrictEqual(yield* many(verify(token(fresh))), [bad])
        assert.deepStrictEqual(yield* many(verify(token(old))), [taken])
        assert.strictEqual(issuer.asked, 2)
      })
    )
  )
})
