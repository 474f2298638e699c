import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Redacted } from "effect"
import * as TokenVerifierJwks from "../../src/adapters/jose/TokenVerifierJwks.ts"
import * as EncryptorSoap from "../../src/adapters/soap/EncryptorSoap.ts"
import * as TokenVerifierApi from "../../src/adapters/tokenapi/TokenVerifierApi.ts"
import type { EncryptionFailed, VerifierUnavailable } from "../../src/domain/Errors.ts"
import type { Breakers } from "../../src/services/Breakers.ts"
import { Encryptor } from "../../src/services/Encryptor.ts"
import { type Answer, HttpExchange, isOverloaded, NoAnswer } from "../../src/services/HttpExchange.ts"
import { TokenVerifier } from "../../src/services/TokenVerifier.ts"
import * as BreakersMock from "../../src/testing/BreakersMock.ts"
import { makeKey, signJwt } from "../support/issuer.ts"
import { pass } from "../support/pass.ts"

type Ask = Effect.Effect<Answer, NoAnswer>

const url = "http://neighbour.example/"
const token = signJwt(makeKey("ES256"), { Id: "1234567890", exp: 9_999_999_999 })
const verify = Effect.asVoid(TokenVerifier.use((verifier) => verifier.verify(Redacted.make(token))))
const value = Redacted.make("0912345678")
const encrypt = Effect.asVoid(Encryptor.use((encryptor) => encryptor.encrypt({ phone: value, password: value })))

/** What a job asks of a neighbour, on an adapter that was built once. */
const on = <S, E>(job: Effect.Effect<void, E, S>, layer: Layer.Layer<S, never, HttpExchange | Breakers>) =>
  Effect.map(Layer.build(layer), (adapter) => Effect.provide(job, adapter))

/** How a job asks each neighbour, of an exchange that is given. */
const asks = {
  "the encryption service": on(encrypt, EncryptorSoap.layer({ url, xml: "strict", checkLength: false })),
  "the token service": on(verify, TokenVerifierApi.layer({ url })),
  "the issuer": on(verify, TokenVerifierJwks.layer({ url }))
}

/** What becomes of a job in half a minute, and how often the neighbour was asked. */
const outcomeOf = Effect.fnUntraced(function* (neighbour: keyof typeof asks, answer: Ask) {
  let asked = 0
  const ask = () => Effect.suspend(() => (asked++, answer))
  const http = Layer.succeed(HttpExchange, { get: ask, post: ask, endedConnections: () => 0 })
  return yield* Effect.gen(function* () {
    const job: Effect.Effect<void, { readonly message: string }> = yield* asks[neighbour]
    const fiber = yield* Effect.forkChild(
      Effect.match(job, { onSuccess: () => "success", onFailure: ({ message }) => message })
    )
    yield* pass(30)
    const exit = fiber.pollUnsafe()
    return { asked, outcome: exit === undefined ? "waits" : exit._tag === "Success" ? exit.value : "interrupted" }
  }).pipe(Effect.scoped, Effect.provide([http, BreakersMock.layer, Logger.layer([])]))
})

/** The reasons of a neighbour's errors that an answer, or none, can have; whether the job waits. Those of other origin are absent. */
type Rows = Readonly<Record<NoAnswer["reason"], "waits" | VerifierUnavailable["reason"] | EncryptionFailed["reason"]>>

const rows: Readonly<Record<keyof typeof asks, Rows & { readonly otherStatus: string; readonly error: string }>> = {
  "the encryption service": {
    unreachable: "waits",
    timeout: "waits",
    tooLarge: "badAnswer",
    notUtf8: "badAnswer",
    notHttp: "badAnswer",
    otherStatus: "rejected",
    error: "EncryptionFailed"
  },
  "the token service": {
    unreachable: "waits",
    timeout: "waits",
    tooLarge: "badAnswer",
    notUtf8: "badAnswer",
    notHttp: "badAnswer",
    otherStatus: "badAnswer",
    error: "VerifierUnavailable"
  },
  "the issuer": {
    unreachable: "waits",
    timeout: "waits",
    tooLarge: "badAnswer",
    notUtf8: "badAnswer",
    notHttp: "badAnswer",
    otherStatus: "badAnswer",
    error: "VerifierUnavailable"
  }
}

const neighbours = ["the encryption service", "the token service", "the issuer"] as const
const reasons: Readonly<Record<NoAnswer["reason"], true>> = {
  unreachable: true,
  timeout: true,
  tooLarge: true,
  notUtf8: true,
  notHttp: true
}

const cases = neighbours.flatMap((neighbour) =>
  (Object.keys(reasons) as Array<NoAnswer["reason"]>).map((reason) => ({ neighbour, reason }))
)

describe("what passes by itself", () => {
  it.effect.each(cases)("is a row of the table: $neighbour, no answer: $reason", ({ neighbour, reason }) =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* outcomeOf(
        neighbour,
        Effect.suspend(() => Effect.fail(new NoAnswer({ reason })))
      )
      const row = rows[neighbour]
      if (row[reason] === "waits") assert.isAbove(asked, 5)
      else assert.strictEqual(asked, 1)
      assert.strictEqual(outcome, row[reason] === "waits" ? "waits" : `${row.error}: ${row[reason]}`)
    })
  )

  it("is 5xx, 408 and 429 of all statuses", () => {
    const statuses = Array.from({ length: 1000 }, (_, status) => status).filter(isOverloaded)
    assert.deepStrictEqual(statuses, [408, 429, ...Array.from({ length: 100 }, (_, index) => 500 + index)])
  })

  it.effect.each(neighbours.map((neighbour) => ({ neighbour })))(
    "is such a status, and no other: $neighbour",
    ({ neighbour }) =>
      Effect.gen(function* () {
        const statuses = [
          100, 201, 204, 301, 302, 304, 307, 400, 402, 403, 404, 408, 409, 410, 418, 425, 429, 451, 500, 502, 503, 504, 599
        ]
        for (const status of statuses) {
          const { outcome } = yield* outcomeOf(neighbour, Effect.succeed({ status, body: "" }))
          const { error, otherStatus } = rows[neighbour]
          assert.strictEqual(outcome, isOverloaded(status) ? "waits" : `${error}: ${otherStatus}`, `status ${status}`)
        }
      })
  )
})
