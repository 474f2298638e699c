import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { corpus } from "./attacks.ts"
import { measured } from "./cpu.ts"
import { claims, now, token, type Way, ways } from "./ways.ts"

const verify = (text: string) => TokenVerifier.use((verifier) => verifier.verify(Redacted.make(text)))
const atNow = TestClock.setTime(now * 1000)
const attacksOn = (way: Way) =>
  corpus.flatMap(({ id, name, make }) => {
    const text = make(way)
    return text === undefined ? [] : [{ id, name, text }]
  })

describe.each(ways)("tokens of $algorithm", (way) => {
  layer(way.layer())("of the corpus", (it) => {
    it.effect("begin with a good one, which is taken", () =>
      Effect.gen(function* () {
        yield* atNow
        assert.deepStrictEqual(yield* verify(token(way)), { id: claims.Id, expiresAt: claims.exp * 1000 })
      })
    )

    it.effect.each(attacksOn(way))("are refused within 5 ms of CPU: $id, $name", ({ text }) =>
      Effect.gen(function* () {
        yield* atNow
        const { value, cpu } = yield* measured(Effect.flip(verify(text)), 5)
        assert.strictEqual(value._tag, "InvalidToken")
        assert.isBelow(cpu, 5)
        assert.lengthOf(Object.keys(Object.prototype), 0)
      })
    )
  })

  const expected = { issuer: "https://issuer.example", audience: "update" }
  const good = { ...claims, iss: expected.issuer, aud: ["other", expected.audience] }

  layer(way.layer(expected))("with JWT_ISSUER and JWT_AUDIENCE", (it) => {
    it.effect("are taken with both", () =>
      Effect.gen(function* () {
        yield* atNow
        for (const aud of [good.aud, "update"]) assert.strictEqual((yield* verify(token(way, { ...good, aud }))).id, claims.Id)
      })
    )

    it.effect.each(wrongNames.map((value) => ({ value })))("are refused with another: J13, $value", ({ value }) =>
      Effect.gen(function* () {
        yield* atNow
        for (const name of ["iss", "aud"]) {
          const error = yield* Effect.flip(verify(token(way, { ...good, [name]: value })))
          assert.strictEqual(error.message, "InvalidToken: claims", name)
        }
      })
    )

    it.effect.each(otherTokens)("are refused where they are for another use: J24, $name", ({ members }) =>
      Effect.gen(function* () {
        yield* atNow
        assert.strictEqual((yield* Effect.flip(verify(token(way, { ...good, ...members })))).message, "InvalidToken: claims")
      })
    )
  })
})

describe("the corpus", () => {
  it("has the attacks of the list, but for those that are configuration, key sets or the pipeline's", () => {
    const ids = [...new Set(corpus.map(({ id }) => Number(id.slice(1))))]
    assert.deepStrictEqual(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 24, 25])
    for (const way of ways) assert.isAbove(attacksOn(way).length, 130, way.algorithm)
  })
})

const wrongNames = [
  undefined,
  null,
  "",
  "updat",
  "update2",
  "Update",
  "https://issuer.example/",
  "https://issuer.example.evil",
  ["update2"],
  [["update"]],
  { update: true }
]

const otherTokens = [
  { name: "an ID token, for the page", members: { aud: "page", nonce: "n", at_hash: "h" } },
  { name: "a refresh token, for the issuer", members: { aud: "https://issuer.example", typ: "Refresh" } },
  { name: "an ID token without audience", members: { aud: undefined } }
]
