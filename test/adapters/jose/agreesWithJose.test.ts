import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted, Result } from "effect"
import { TestClock } from "effect/testing"
import { checkStrictJwt } from "../../../src/adapters/jose/StrictJwt.ts"
import * as TokenVerifierSecret from "../../../src/adapters/jose/TokenVerifierSecret.ts"
import { verifyJwt } from "../../../src/adapters/jose/verifyJwt.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { secretText } from "./tokens.ts"
import { claims, now, token, ways } from "./ways.ts"

const times = [
  now - 3600,
  now - 6,
  now - 5,
  now - 4,
  now,
  now + 5,
  now + 6,
  now + 3600,
  0,
  -1,
  1.5,
  now + 0.5,
  "1800000000",
  null,
  true
]
const names = [
  "https://issuer.example",
  "https://other.example",
  ["https://issuer.example"],
  ["x", "https://issuer.example"],
  [],
  7,
  null
]
const expectations = [{}, { issuer: "https://issuer.example" }, { audience: "https://issuer.example" }]

/** All claims that differ from a good token's in one or two of these places. */
function* payloads() {
  const places = Object.entries({ exp: times, iat: times, nbf: times, iss: names, aud: names })
  for (const [index, [claim, values]] of places.entries())
    for (const value of [undefined, ...values]) {
      yield { ...claims, [claim]: value }
      for (const [other, others] of places.slice(index + 1))
        for (const another of [undefined, ...others]) yield { ...claims, [claim]: value, [other]: another }
    }
}

describe("a token that is verified with a secret", () => {
  it.effect("is judged as jose judges it, whatever its registered claims are", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000)
      const [way] = ways
      assert.isDefined(way)
      const key = yield* Effect.promise(() =>
        crypto.subtle.importKey("raw", Buffer.from(secretText), { name: "HMAC", hash: "SHA-256" }, false, ["verify"])
      )
      for (const expected of expectations) {
        const verifier = yield* Layer.build(TokenVerifierSecret.layer({ secret: Redacted.make(secretText), ...expected }))
        for (const payload of payloads()) {
          const text = token(way, payload)
          assert.isTrue(Result.isSuccess(checkStrictJwt(text, ["HS256"])))
          const ours = yield* Effect.result(Context.get(verifier, TokenVerifier).verify(Redacted.make(text)))
          const joses = yield* Effect.result(verifyJwt(text, { key, algorithm: "HS256", expected, now: now * 1000 }))
          assert.deepStrictEqual(ours, joses, JSON.stringify({ expected, payload }))
        }
      }
    })
  )
})
