import { createHash, generateKeyPairSync } from "node:crypto"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { readKeySet } from "../../../src/adapters/jose/readKeySet.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { keySetOf, makeKey, signJwt } from "../../support/issuer.ts"
import { claims, jwksLayer, now } from "./ways.ts"

const rsa = makeKey("RS256")
const ec = makeKey("ES256")
const ed = makeKey("EdDSA")
const all = [rsa, ec, ed]
const jwkOf = (type: "rsa" | "ec" | "ed448" | "x25519", options: object = {}) =>
  generateKeyPairSync(type as "rsa", options as { modulusLength: number }).publicKey.export({ format: "jwk" })

/** The names of the keys that are used, or why there is none. */
const namesIn = (text: string) =>
  readKeySet(text).pipe(
    Effect.match({
      onSuccess: (keys) => keys.map(({ kid, algorithm }) => `${kid} ${algorithm}`).join(", "),
      onFailure: ({ message }) => message
    })
  )
const none = "VerifierUnavailable: badAnswer"
const withMembers = (key: { readonly jwk: object }, members: object) => ({ ...key.jwk, ...members })

describe("a key set", () => {
  it.effect("gives each key the one algorithm that it is for", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* namesIn(keySetOf(...all)), "RS256-1 RS256, ES256-1 ES256, EdDSA-1 EdDSA")
      for (const { jwk, algorithm } of all) {
        assert.strictEqual(yield* namesIn(keySetOf({ ...jwk, alg: undefined, use: undefined })), `${algorithm}-1 ${algorithm}`)
        const more = { ...jwk, key_ops: ["verify"], x5c: ["MIIB"], x5t: "x", iss: "https://issuer.example", kid: undefined }
        assert.strictEqual(yield* namesIn(keySetOf(more)), `undefined ${algorithm}`)
      }
    })
  )

  it.effect.each(
    Object.entries({
      HTML: "<html><body>not found</body></html>",
      nothing: "",
      null: "null",
      "an array": JSON.stringify([rsa.jwk]),
      "no keys": "{}",
      "no key": keySetOf(),
      "keys that are an object": JSON.stringify({ keys: { 0: rsa.jwk } }),
      "33 keys": keySetOf(...Array.from({ length: 33 }, (_, index) => withMembers(ec, { kid: `k${index}` }))),
      "keys twice": `{"keys":[],${keySetOf(rsa).slice(1)}`,
      __proto__: `{"__proto__":{"alg":"none"},${keySetOf(rsa).slice(1)}`,
      "__proto__ in a key": keySetOf(rsa).replace('"kty"', '"__proto__":{"kty":"oct"},"kty"'),
      "two kids in a key": keySetOf(rsa).replace('"kid"', '"kid":"other","kid"'),
      deep: `{"a":[[[[[]]]]],${keySetOf(rsa).slice(1)}`,
      "keys that are none": JSON.stringify({ keys: [null, 1, "text", [], {}, true] })
    })
  )("is nonsense: %s", ([, text]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* namesIn(text), none)
      assert.lengthOf(Object.keys(Object.prototype), 0)
    })
  )

  it.effect("may have 32 keys", () =>
    Effect.gen(function* () {
      const keys = Array.from({ length: 32 }, (_, index) => withMembers(ec, { kid: `k${index}` }))
      assert.lengthOf((yield* namesIn(keySetOf(...keys))).split(", "), 32)
    })
  )
})

const modulus = Buffer.from(String(rsa.jwk["n"]), "base64url")
const x = Buffer.from(String(ec.jwk["x"]), "base64url")

const unusable: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "a secret": { kty: "oct", k: "c2VjcmV0", alg: "HS256", use: "sig", kid: "RS256-1" },
  "a secret called RS256": { kty: "oct", k: "c2VjcmV0", alg: "RS256" },
  "a private RSA key": { ...rsa.privateKey.export({ format: "jwk" }), kid: "private" },
  "a private EC key": { ...ec.privateKey.export({ format: "jwk" }), kid: "private" },
  "a private Ed25519 key": { ...ed.privateKey.export({ format: "jwk" }), kid: "private" },
  "a public key with a secret part": withMembers(ec, { k: "c2VjcmV0" }),
  "a key for HS256": withMembers(rsa, { alg: "HS256" }),
  "a key for PS256": withMembers(rsa, { alg: "PS256" }),
  "a key for RS512": withMembers(rsa, { alg: "RS512" }),
  "a key for nothing": withMembers(rsa, { alg: "none" }),
  "a key for no name": withMembers(rsa, { alg: null }),
  "a key of RSA for ES256": withMembers(rsa, { alg: "ES256" }),
  "a key of EC for EdDSA": withMembers(ec, { alg: "EdDSA" }),
  "a key for encryption": withMembers(rsa, { use: "enc" }),
  "a key for another use": withMembers(rsa, { use: "SIG" }),
  "a key that may not verify": withMembers(rsa, { key_ops: ["encrypt"] }),
  "a key that may do nothing": withMembers(rsa, { key_ops: [] }),
  "a key whose uses are a text": withMembers(rsa, { key_ops: "verify" }),
  "RSA of 1,024 bits": jwkOf("rsa", { modulusLength: 1024 }),
  "RSA of 2,047 bits": withMembers(rsa, { n: Buffer.concat([Buffer.from([0x7f]), modulus.subarray(1)]).toString("base64url") }),
  "RSA of 16,384 bits": withMembers(rsa, { n: Buffer.alloc(2048, 0xff).toString("base64url") }),
  "RSA with e = 1": withMembers(rsa, { e: "AQ" }),
  "RSA with e = 3": jwkOf("rsa", { modulusLength: 2048, publicExponent: 3 }),
  "RSA with e = 65,537 and a zero in front": withMembers(rsa, { e: "AAEAAQ" }),
  "RSA with a zero in front of n": withMembers(rsa, { n: Buffer.concat([Buffer.alloc(1), modulus]).toString("base64url") }),
  "RSA without n": withMembers(rsa, { n: undefined }),
  "RSA whose n is not canonical": withMembers(rsa, { n: `${String(rsa.jwk["n"])}=` }),
  "RSA whose n is standard base64": withMembers(rsa, { n: `+${modulus.toString("base64").slice(1)}` }),
  "P-384": jwkOf("ec", { namedCurve: "P-384" }),
  "P-384 called P-256": { ...jwkOf("ec", { namedCurve: "P-384" }), crv: "P-256" },
  "a point that is not on the curve": withMembers(ec, { x: Buffer.from(x.toReversed()).toString("base64url") }),
  "the point 0, 0": withMembers(ec, { x: Buffer.alloc(32).toString("base64url"), y: Buffer.alloc(32).toString("base64url") }),
  "a coordinate of 31 bytes": withMembers(ec, { x: x.subarray(1).toString("base64url") }),
  "a coordinate of 33 bytes": withMembers(ec, { x: Buffer.concat([Buffer.alloc(1), x]).toString("base64url") }),
  "a coordinate with white space": withMembers(ec, { x: ` ${String(ec.jwk["x"])}` }),
  Ed448: jwkOf("ed448"),
  X25519: jwkOf("x25519"),
  "Ed25519 of 31 bytes": withMembers(ed, { x: Buffer.alloc(31, 1).toString("base64url") }),
  "Ed25519 with the neutral element": withMembers(ed, { x: Buffer.from([1, ...Buffer.alloc(31)]).toString("base64url") }),
  "Ed25519 with the neutral element and a sign": withMembers(ed, {
    x: Buffer.from([1, ...Buffer.alloc(30), 0x80]).toString("base64url")
  }),
  "Ed25519 with a point of order 8": withMembers(ed, {
    x: Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex").toString("base64url")
  }),
  "a kid that is a number": withMembers(ec, { kid: 1 }),
  "a kid that is a path": withMembers(ec, { kid: "../../dev/null" }),
  "a kid that is empty": withMembers(ec, { kid: "" }),
  "a kty in small letters": withMembers(ec, { kty: "ec" })
}

describe("a key that is never used", () => {
  it.effect.each(Object.entries(unusable))("is passed over: %s", ([, key]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* namesIn(keySetOf(key)), none)
      assert.strictEqual(yield* namesIn(keySetOf(key, makeKey("EdDSA", "good"))), "good EdDSA")
    })
  )

  it.effect("verifies nothing: a signature that e = 1 would let anyone make", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000)
      const forged = signJwt(rsa, claims, undefined, (data) => {
        const digest = Buffer.from("3031300d060960864801650304020105000420", "hex")
        const hash = createHash("sha256").update(data).digest()
        return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(202, 0xff), Buffer.alloc(1), digest, hash])
      })
      const { message } = yield* Effect.flip(TokenVerifier.use(({ verify }) => verify(Redacted.make(forged))))
      assert.strictEqual(message, "InvalidToken: signature")
    }).pipe(Effect.provide(jwksLayer(keySetOf(withMembers(rsa, { e: "AQ" }), ec))))
  )
})

describe("a key set with a weak key of Ed25519", () => {
  it.effect("lets nobody in with the signature that anyone can make for it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000)
      const forged = signJwt(ed, claims, undefined, () => Buffer.from([1, ...Buffer.alloc(63)]))
      const { message } = yield* Effect.flip(TokenVerifier.use(({ verify }) => verify(Redacted.make(forged))))
      assert.strictEqual(message, "InvalidToken: signature")
    }).pipe(
      Effect.provide(
        jwksLayer(keySetOf(withMembers(ed, { x: Buffer.from([1, ...Buffer.alloc(31)]).toString("base64url") }), ec))
      )
    )
  )
})

const twin = makeKey("ES256", "ES256-1")
const verify = (text: string) =>
  TokenVerifier.use((verifier) => verifier.verify(Redacted.make(text))).pipe(
    Effect.match({ onSuccess: ({ id }) => id, onFailure: ({ message }) => message })
  )
const withoutKid = (key: typeof ec) => signJwt(key, claims, { alg: key.algorithm })

const finds = (name: string, keySet: string, expected: Readonly<Record<string, readonly [string, string]>>) =>
  layer(jwksLayer(keySet))(name, (it) => {
    it.effect.each(Object.entries(expected))("%s", ([, [text, outcome]]) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now * 1000)
        assert.strictEqual(yield* verify(text), outcome)
      })
    )
  })

describe("which key a token finds", () => {
  const unknown = "InvalidToken: signature"

  finds("of a set with one key of each kind", keySetOf(...all), {
    "RS256 without kid": [withoutKid(rsa), claims.Id],
    "ES256 without kid": [withoutKid(ec), claims.Id],
    "EdDSA without kid": [withoutKid(ed), claims.Id],
    "another key without kid": [withoutKid(twin), unknown],
    "another key of the same kid": [signJwt(twin, claims), unknown]
  })
  finds("of a set with two keys of one kind", keySetOf(ec, makeKey("ES256", "other")), {
    "with kid": [signJwt(ec, claims), claims.Id],
    "without kid, as two would fit": [withoutKid(ec), unknown]
  })
  finds("of a set with one kid for two keys", keySetOf(ec, twin, ed), {
    "the first": [signJwt(ec, claims), unknown],
    "the second": [signJwt(twin, claims), unknown],
    "a third": [signJwt(ed, claims), claims.Id]
  })
  finds("of a set with one kid for keys of two kinds", keySetOf(ec, makeKey("EdDSA", "ES256-1")), {
    "as the algorithm tells them apart": [signJwt(ec, claims), claims.Id]
  })
  finds("of a set whose key has no kid", keySetOf(withMembers(ec, { kid: undefined })), {
    "a token without kid": [withoutKid(ec), claims.Id],
    "a token with one": [signJwt(ec, claims), unknown]
  })
})
