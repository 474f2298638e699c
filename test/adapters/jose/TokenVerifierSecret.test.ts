import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted, Schema } from "effect"
import { TestClock } from "effect/testing"
import { generateKeyPairSync, sign as signWithKey } from "node:crypto"
import { layer } from "../../../src/adapters/jose/TokenVerifierSecret.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { encode, secretText, sign } from "./tokens.ts"

const now = 1_800_000_000
const claims = { Id: "1234567890", iat: now - 10, exp: now + 3600 }
const subject = { id: "1234567890", expiresAt: (now + 3600) * 1000 }

const secret = Redacted.make(secretText)
const here = layer({ secret })
const verify = (token: string, at = now * 1000) =>
  Effect.andThen(
    TestClock.setTime(at),
    TokenVerifier.use((verifier) => verifier.verify(Redacted.make(token)))
  )
const reasonOf = (token: string, at?: number) =>
  verify(token, at).pipe(
    Effect.flip,
    Effect.map(({ reason }) => reason)
  )
const valid = sign(claims)
const [head = "", body = "", signature = ""] = valid.split(".")

describe("TokenVerifierSecret", () => {
  it.effect.each(
    Object.entries({
      "with Id": valid,
      "with sub": sign({ ...claims, Id: undefined, sub: "1234567890" }),
      "with both": sign({ ...claims, sub: "1234567890" }),
      "without iat": sign({ ...claims, iat: undefined }),
      "with nbf": sign({ ...claims, nbf: now }),
      "with claims that say nothing here": sign({ ...claims, iss: "anyone", roles: ["a"], name: "é 🙂" })
    })
  )("takes a good token %s", ([, token]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* verify(token), subject)
    }).pipe(Effect.provide(here))
  )

  it.effect("reads the text strictly before it looks at the signature", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* reasonOf(sign(claims, { header: { alg: "none" } })), "algorithm")
      assert.strictEqual(yield* reasonOf(sign(claims, { header: { alg: "HS512" }, hash: "sha512" })), "algorithm")
      assert.strictEqual(yield* reasonOf(sign(claims, { header: { alg: "HS256", jku: "http://127.0.0.1:1/" } })), "malformed")
      assert.strictEqual(yield* reasonOf(sign(`{"Id":"victim","Id":"1234567890","exp":${claims.exp}}`)), "malformed")
      for (const text of ["", "garbage", `${valid}=`, `${valid}\n`, sign({ ...claims, filler: "x".repeat(200_000) })])
        assert.strictEqual(yield* reasonOf(text), "malformed")
    }).pipe(Effect.provide(here))
  )

  it.effect("refuses RS256 though it is signed rightly, and HS256 signed with the public PEM", () =>
    Effect.gen(function* () {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
      const signed = `${encode({ alg: "RS256" })}.${body}`
      const rs256 = `${signed}.${signWithKey("sha256", Buffer.from(signed), privateKey).toString("base64url")}`
      assert.strictEqual(yield* reasonOf(rs256), "algorithm")
      const pem = publicKey.export({ type: "spki", format: "pem" }).toString()
      assert.strictEqual(yield* reasonOf(sign(claims, { key: pem })), "signature")
    }).pipe(Effect.provide(here))
  )

  it.effect.each(
    Object.entries({
      "another of the same length": sign(claims, { key: secretText.toUpperCase() }),
      empty: sign(claims, { key: "" }),
      short: sign(claims, { key: secretText.slice(0, 8) }),
      "a cut signature": `${head}.${body}.${Buffer.from(signature, "base64url").subarray(0, 16).toString("base64url")}`,
      "another's payload": `${head}.${encode({ ...claims, Id: "victim" })}.${signature}`
    })
  )("refuses a wrong key: %s", ([, token]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* reasonOf(token), "signature")
    }).pipe(Effect.provide(here))
  )

  it.effect("judges the times with five seconds of tolerance", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* verify(valid, (claims.exp + 5) * 1000 - 1), subject)
      assert.strictEqual(yield* reasonOf(valid, (claims.exp + 5) * 1000), "expired")
      assert.strictEqual(yield* reasonOf(sign({ ...claims, exp: -1 })), "expired")
      assert.deepStrictEqual(yield* verify(sign({ ...claims, nbf: now + 5 })), subject)
      assert.strictEqual(yield* reasonOf(sign({ ...claims, nbf: now + 6 })), "notYetValid")
      assert.deepStrictEqual(yield* verify(sign({ ...claims, iat: now + 5 })), subject)
      assert.strictEqual(yield* reasonOf(sign({ ...claims, iat: now + 6 })), "notYetValid")
    }).pipe(Effect.provide(here))
  )

  it.effect("wants issuer and audience where they are configured", () =>
    Effect.gen(function* () {
      const good = { ...claims, iss: "https://issuer.example", aud: ["other", "update"] }
      assert.deepStrictEqual(yield* verify(sign(good)), subject)
      assert.deepStrictEqual(yield* verify(sign({ ...good, aud: "update" })), subject)
      assert.strictEqual(yield* reasonOf(valid), "claims")
      for (const value of wrongNames) {
        assert.strictEqual(yield* reasonOf(sign({ ...good, iss: value })), "claims", `iss ${JSON.stringify(value)}`)
        assert.strictEqual(yield* reasonOf(sign({ ...good, aud: value })), "claims", `aud ${JSON.stringify(value)}`)
      }
    }).pipe(Effect.provide(layer({ secret, issuer: "https://issuer.example", audience: "update" })))
  )

  it.effect.prop(
    "never takes a good token with a character changed, added or lost",
    [
      Schema.Literals(["change", "insert", "delete"]),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: valid.length - 1 })),
      Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_=. -]$/u))
    ],
    ([kind, index, character]) =>
      Effect.gen(function* () {
        const mutated =
          valid.slice(0, index) + (kind === "delete" ? "" : character) + valid.slice(index + (kind === "insert" ? 0 : 1))
        if (mutated === valid) return
        assert.strictEqual((yield* verify(mutated).pipe(Effect.flip))._tag, "InvalidToken")
      }).pipe(Effect.provide(here)),
    { arbitrary: { runs: 500 } }
  )

  it.effect("does not start with a secret that is too weak", () =>
    Effect.gen(function* () {
      for (const weak of ["", "short", `-----BEGIN PUBLIC KEY-----${secretText}`]) {
        const exit = yield* verify(sign(claims, { key: weak })).pipe(
          Effect.provide(layer({ secret: Redacted.make(weak) })),
          Effect.exit
        )
        assert.match(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "taken", /The secret of HS256 must/u)
      }
    })
  )
})

const wrongNames = [undefined, null, "updat", "update2", "https://issuer.example/", ["update2"], [["update"]], {}]
