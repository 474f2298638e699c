import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { layer } from "../../../src/adapters/jose/TokenVerifierSecret.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { secretText, sign } from "./tokens.ts"

const now = 1_800_000_000
const claims = { Id: "1234567890", iat: now - 10, exp: now + 3600 }

const refuses = (kind: string, rows: Readonly<Record<string, string>>, reason: string) =>
  it.effect.each(Object.entries(rows))(`refuses ${kind}: %s`, ([, token]) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000)
      const error = yield* TokenVerifier.use((verifier) => verifier.verify(Redacted.make(token))).pipe(Effect.flip)
      assert.strictEqual(error.reason, reason)
    }).pipe(Effect.provide(layer({ secret: Redacted.make(secretText) })))
  )

describe("the claims of a token that is signed rightly", () => {
  refuses(
    "exp of another type, or none",
    {
      none: sign({ ...claims, exp: undefined }),
      string: sign({ ...claims, exp: String(claims.exp) }),
      null: sign({ ...claims, exp: null }),
      float: sign({ ...claims, exp: claims.exp + 0.5 }),
      array: sign({ ...claims, exp: [claims.exp] }),
      object: sign({ ...claims, exp: {} }),
      true: sign({ ...claims, exp: true }),
      "1e999": sign(`{"Id":"1234567890","exp":1e999}`),
      "1e308": sign(`{"Id":"1234567890","exp":1e308}`),
      "more than is exact": sign(`{"Id":"1234567890","exp":9007199254740993}`)
    },
    "claims"
  )

  refuses(
    "iat and nbf of another type",
    {
      "iat string": sign({ ...claims, iat: String(claims.iat) }),
      "iat null": sign({ ...claims, iat: null }),
      "iat float": sign({ ...claims, iat: now - 0.5 }),
      "nbf string": sign({ ...claims, nbf: "0" }),
      "nbf null": sign({ ...claims, nbf: null }),
      "nbf float": sign({ ...claims, nbf: 0.5 })
    },
    "claims"
  )

  refuses(
    "a subject that cannot be one",
    {
      none: sign({ ...claims, Id: undefined }),
      empty: sign({ ...claims, Id: "" }),
      "a number": sign({ ...claims, Id: 1_234_567_890 }),
      "an array": sign({ ...claims, Id: ["1234567890"] }),
      "an object": sign({ ...claims, Id: {} }),
      null: sign({ ...claims, Id: null }),
      "a space at the end": sign({ ...claims, Id: "1 " }),
      "full-width digits": sign({ ...claims, Id: "１" }),
      "a combining accent": sign({ ...claims, Id: "e\u0301" }),
      NUL: sign({ ...claims, Id: "1\0" }),
      "101 characters": sign({ ...claims, Id: "1".repeat(101) }),
      "Id and sub that differ": sign({ ...claims, sub: "1234567891" }),
      "sub of another type beside Id": sign({ ...claims, sub: 1_234_567_890 })
    },
    "claims"
  )
})
