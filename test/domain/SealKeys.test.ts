import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { calculateJwkThumbprint } from "jose"
import { makeSealKey, privateJwk, publicJwk, readSealKeys } from "../../src/domain/SealKeys.ts"

const whole = Redacted.value(privateJwk(makeSealKey()))
const other = Redacted.value(privateJwk(makeSealKey()))
const read = (...keys: ReadonlyArray<unknown>) => readSealKeys(Redacted.make(JSON.stringify({ keys })))

const ofCurve = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve }).privateKey.export({ format: "jwk" })

describe("SEAL_PRIVATE_KEYS", () => {
  it("is a JWK Set of one to eight private keys, in their order", () => {
    assert.deepStrictEqual(
      read(whole, other)?.map(({ kid }) => kid),
      [whole.kid, other.kid]
    )
    assert.lengthOf(read({ ...whole, use: "enc", alg: "ECDH-ES", key_ops: ["deriveBits"] }) ?? [], 1)
    assert.isUndefined(read())
    assert.isUndefined(read(...Array.from({ length: 9 }, () => Redacted.value(privateJwk(makeSealKey())))))
  })

  it("is none with two keys of one name", () => {
    assert.isUndefined(read(whole, { ...other, kid: whole.kid }))
  })

  const { d: _, ...withoutD } = whole
  const bad: Readonly<Record<string, unknown>> = {
    "a public key": withoutD,
    "a key with the d of another": { ...whole, d: other.d },
    "a key with the x of another": { ...whole, x: other.x },
    "a key with x and y turned round": { ...whole, x: whole.y, y: whole.x },
    "a key of P-384": { ...ofCurve("P-384"), kid: "a" },
    "a key of secp256k1": { ...ofCurve("secp256k1"), kid: "a", crv: "P-256" },
    "a key of X25519": { ...generateKeyPairSync("x25519").privateKey.export({ format: "jwk" }), kid: "a" },
    "a key for signing": { ...whole, use: "sig" },
    "a key for another algorithm": { ...whole, alg: "ECDH-ES+A256KW" },
    "a key without kid": { ...whole, kid: undefined },
    "a key with an empty kid": { ...whole, kid: "" },
    "d of zero": { ...whole, d: Buffer.alloc(32).toString("base64url") },
    "d beyond the order": { ...whole, d: Buffer.alloc(32, 255).toString("base64url") },
    "d with padding": { ...whole, d: `${whole.d}=` },
    "d that is no string": { ...whole, d: 1 },
    null: null
  }
  it.each(Object.entries(bad))("is none with %s", (_, key) => {
    assert.isUndefined(read(key))
    assert.isUndefined(read(other, key))
  })

  it.each(["", "{}", "[]", '{"keys":{}}', "-----BEGIN PRIVATE KEY-----", JSON.stringify(whole), JSON.stringify([whole])])(
    "is not %s",
    (text) => {
      assert.isUndefined(readSealKeys(Redacted.make(text)))
    }
  )
})

describe("a made key", () => {
  it("is a pair that Node takes, named by its thumbprint, and shows no d when it is printed", async () => {
    const key = makeSealKey()
    const priv = Redacted.value(privateJwk(key))
    createPublicKey({ key: publicJwk(key), format: "jwk" })
    assert.strictEqual(createPrivateKey({ key: priv, format: "jwk" }).export({ format: "jwk" }).d, priv.d)
    assert.strictEqual(key.kid, await calculateJwkThumbprint(publicJwk(key)))
    assert.notProperty(publicJwk(key), "d")
    assert.notInclude(JSON.stringify([key, privateJwk(key), read(priv)]), priv.d)
  })

  it("is good also where its d begins with zeros", () => {
    const pair = createECDH("prime256v1")
    pair.setPrivateKey(Buffer.concat([Buffer.alloc(31), Buffer.of(7)]))
    const point = pair.getPublicKey()
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((bytes) => bytes.toString("base64url"))
    assert.isDefined(read({ ...whole, x, y, d: Buffer.concat([Buffer.alloc(31), Buffer.of(7)]).toString("base64url") }))
    for (let count = 0; count < 600; count++) assert.isDefined(read(Redacted.value(privateJwk(makeSealKey()))))
  })
})
