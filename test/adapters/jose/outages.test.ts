import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { layer } from "../../../src/adapters/jose/TokenVerifierJwks.ts"
import * as BreakersInProcess from "../../../src/adapters/process/BreakersInProcess.ts"
import { Breakers } from "../../../src/services/Breakers.ts"
import { type Answer, NoAnswer } from "../../../src/services/HttpExchange.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { keySetOf, makeKey, signJwt } from "../../support/issuer.ts"
import { pass } from "../../support/pass.ts"
import { answering, claims, now } from "./ways.ts"

const key = makeKey("ES256", "old")
const other = makeKey("ES256", "new")
const away = Effect.suspend(() => Effect.fail(new NoAnswer({ reason: "unreachable" })))
const good = Effect.succeed({ status: 200, body: keySetOf(key) })
const nonsense = Effect.succeed({ status: 404, body: "" })
const token = (key: ReturnType<typeof makeKey>) => Redacted.make(signJwt(key, { ...claims, exp: now + 100_000 }))
const verify = (signer = key) => TokenVerifier.use((verifier) => Effect.exit(verifier.verify(token(signer))))

/** A verifier on an issuer that answers as `issuer.answer` says at the moment; when it was asked; whether no breaker is open. */
const scenario = <A, E>(
  play: (issuer: {
    answer: Effect.Effect<Answer, NoAnswer>
    readonly asked: Array<number>
    readonly isClosed: () => boolean
  }) => Effect.Effect<A, E, TokenVerifier | Breakers>
) =>
  Effect.gen(function* () {
    let closed = true
    const issuer = { answer: away as Effect.Effect<Answer, NoAnswer>, asked: [] as Array<number>, isClosed: () => closed }
    const get = () => Effect.flatMap(Clock.currentTimeMillis, (now) => (issuer.asked.push(now), issuer.answer))
    yield* TestClock.setTime(now * 1000)
    yield* Effect.gen(function* () {
      const breakers = yield* Breakers
      yield* breakers.watch((open) => Effect.sync(() => void (closed = open.size === 0)))
      yield* play(issuer)
    }).pipe(
      Effect.provide(
        layer({ url: "https://issuer.example" }).pipe(
          Layer.provide(answering(get)),
          Layer.provideMerge(BreakersInProcess.layer),
          Layer.provideMerge(Logger.layer([]))
        )
      ),
      Effect.scoped
    )
  })

describe("an issuer that is away", () => {
  it.effect("opens the breaker at the first fetch, and its return closes it though no job asks", () =>
    scenario((issuer) =>
      Effect.gen(function* () {
        const job = yield* Effect.forkChild(Effect.timeoutOption(verify(), "3 seconds"))
        yield* TestClock.adjust("1 millis")
        assert.isFalse(issuer.isClosed())
        yield* pass(600)
        yield* Fiber.join(job)
        assert.isFalse(issuer.isClosed())
        issuer.answer = good
        yield* pass(7)
        assert.isTrue(issuer.isClosed())
        const { length } = issuer.asked
        assert.strictEqual((yield* verify())._tag, "Success")
        yield* pass(540)
        assert.lengthOf(issuer.asked, length)
      })
    )
  )

  it.effect("is probed by the same fetches as jobs wait for: one at a time, at the pace of the backoff", () =>
    scenario((issuer) =>
      Effect.gen(function* () {
        yield* Effect.forkChild(
          Effect.all(
            Array.from({ length: 50 }, () => verify()),
            { concurrency: "unbounded" }
          )
        )
        yield* pass(600)
        assert.isAbove(issuer.asked.length, 120)
        assert.isBelow(issuer.asked.length, 400)
      })
    )
  )

  it.effect("is not away while old keys are in use, and is once they are too old", () =>
    scenario((issuer) =>
      Effect.gen(function* () {
        issuer.answer = good
        yield* verify()
        issuer.answer = away
        for (let minute = 0; minute < 69; minute++) {
          yield* TestClock.adjust("1 minute")
          assert.strictEqual((yield* verify())._tag, "Success")
          assert.isTrue(issuer.isClosed(), `minute ${minute}`)
        }
        const unknown = yield* Effect.forkChild(Effect.timeoutOption(verify(other), "10 seconds"))
        yield* pass(10)
        yield* Fiber.join(unknown)
        assert.isTrue(issuer.isClosed())
        yield* pass(60)
        yield* Effect.forkChild(verify())
        yield* pass(10)
        assert.isFalse(issuer.isClosed())
      })
    )
  )

  it.effect("is not away where it answers nonsense, and nonsense ends an outage", () =>
    scenario((issuer) =>
      Effect.gen(function* () {
        yield* Effect.forkChild(Effect.timeoutOption(verify(), "3 seconds"))
        yield* pass(10)
        assert.isFalse(issuer.isClosed())
        issuer.answer = nonsense
        yield* pass(10)
        assert.isTrue(issuer.isClosed())
        assert.strictEqual((yield* verify())._tag, "Failure")
        yield* pass(600)
        assert.isTrue(issuer.isClosed())
      })
    )
  )
})
