import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, Logger, Redacted } from "effect"
import * as TokenVerifierJwks from "../../src/adapters/jose/TokenVerifierJwks.ts"
import * as BreakersInProcess from "../../src/adapters/process/BreakersInProcess.ts"
import * as EncryptorSoap from "../../src/adapters/soap/EncryptorSoap.ts"
import * as TokenVerifierApi from "../../src/adapters/tokenapi/TokenVerifierApi.ts"
import { Breakers } from "../../src/services/Breakers.ts"
import { Encryptor } from "../../src/services/Encryptor.ts"
import { type Answer, HttpExchange } from "../../src/services/HttpExchange.ts"
import { TokenVerifier } from "../../src/services/TokenVerifier.ts"
import { keySetOf, makeKey, signJwt } from "../support/issuer.ts"
import { pass } from "../support/pass.ts"
import { good } from "./soap/answers.ts"

const url = "http://neighbour.example/"
const key = makeKey("ES256")
const token = signJwt(key, { Id: "1234567890", exp: 9_999_999_999 })
const verify = Effect.asVoid(TokenVerifier.use((verifier) => verifier.verify(Redacted.make(token))))
const value = Redacted.make("0912345678")
const encrypt = Effect.asVoid(Encryptor.use((encryptor) => encryptor.encrypt({ phone: value, password: value })))

/** What a job asks of a neighbour, on an adapter that was built once. */
const on = <S, E>(job: Effect.Effect<void, E, S>, layer: Layer.Layer<S, never, HttpExchange | Breakers>) =>
  Effect.map(Layer.build(layer), (adapter) => Effect.provide(job, adapter))

/** How jobs ask each neighbour, and its good answer. */
const neighbours = [
  {
    name: "the encryption service",
    start: on(encrypt, EncryptorSoap.layer({ url, xml: "strict", checkLength: false })),
    body: good
  },
  {
    name: "the token service",
    start: on(verify, TokenVerifierApi.layer({ url })),
    body: JSON.stringify({ Status: true, Id: { Id: "1234567890", exp: 9_999_999_999 } })
  },
  { name: "the issuer", start: on(verify, TokenVerifierJwks.layer({ url })), body: keySetOf(key) }
] as const

const overloaded = (retryAfter: number): Answer => ({ status: 503, body: "", retryAfter })

/** Plays twenty jobs, and the probes, against a neighbour that answers so in the first second, then well; when it was asked. */
const play = Effect.fnUntraced(function* ({ start, body }: (typeof neighbours)[number], first: Answer, deadline: number) {
  const asked: Array<number> = []
  const ask = () =>
    Effect.map(Clock.currentTimeMillis, (now): Answer => {
      asked.push(now)
      return now < 1_000 ? first : { status: 200, body }
    })
  const http = Layer.succeed(HttpExchange, { get: ask, post: ask, endedConnections: () => 0 })
  return yield* Effect.gen(function* () {
    const ask: Effect.Effect<void, { readonly message: string }> = yield* start
    const job = Effect.timeoutOrElse(Effect.as(ask, "done"), { duration: deadline, orElse: () => Effect.succeed("late") })
    const fiber = yield* Effect.forkChild(
      Effect.all(
        Array.from({ length: 20 }, () => job),
        { concurrency: "unbounded" }
      )
    )
    yield* pass(90)
    yield* Effect.timeout(
      Breakers.use(({ allClosed }) => allClosed),
      "1 second"
    )
    const exit = fiber.pollUnsafe()
    return { asked, ended: exit?._tag === "Success" ? exit.value : [] }
  }).pipe(Effect.scoped, Effect.provide([http, BreakersInProcess.layer, Logger.layer([])]))
})

describe("Retry-After", () => {
  it.effect.each(neighbours)("puts off every job and probe until then, and they do not come together: $name", (neighbour) =>
    Effect.gen(function* () {
      const { asked, ended } = yield* play(neighbour, overloaded(20_000), 60_000)
      assert.deepStrictEqual(new Set(ended), new Set(["done"]))
      const again = asked.filter((at) => at > 1_000)
      assert.isAtLeast(Math.min(...again), 20_000)
      assert.isAtMost(asked.length - again.length, 20)
      assert.isBelow(Math.max(...again.slice(0, 20)), 60_000)
      assert.strictEqual(new Set(again).size, again.length)
    })
  )

  it.effect.each(neighbours)("costs a job no more than its deadline: $name", (neighbour) =>
    Effect.gen(function* () {
      const { asked, ended } = yield* play(neighbour, overloaded(60_000), 30_000)
      assert.deepStrictEqual(new Set(ended), new Set(["late"]))
      const again = asked.filter((at) => at > 1_000)
      assert.isAtLeast(Math.min(...again), 60_000)
      assert.isAtMost(Math.min(...again), 64_000)
    })
  )
})
