import { createECDH, createHash } from "node:crypto"
import { Redacted, Result, Schema } from "effect"
import { readJsonObject } from "./JsonObject.ts"

/** A key pair on P-256 that jobs are sealed for (RFC 7518, 6.2): coordinates and `d` are 32 bytes in base64url. `kid` is its name. */
export interface SealKey {
  readonly kid: string
  readonly x: string
  readonly y: string
  readonly d: Redacted.Redacted
}

/**
 * Reads `SEAL_PRIVATE_KEYS`: a JWK Set (RFC 7517, 5) of one to eight private keys, each with a `kid` of its own, and with `x` and `y` that
 * belong to its `d`. `undefined` for any other text.
 */
export const readSealKeys = (text: Redacted.Redacted): ReadonlyArray<SealKey> | undefined => {
  const set = decodeSet(readJsonObject(Redacted.value(text)))
  if (Result.isFailure(set)) return undefined
  const { keys } = set.success
  return new Set(keys.map(({ kid }) => kid)).size === keys.length ? keys : undefined
}

/** Makes a key pair. Its `kid` is its thumbprint (RFC 7638). */
export const makeSealKey = (): SealKey => {
  const pair = createECDH(curve)
  pair.generateKeys()
  const { x, y } = coordinatesOf(pair.getPublicKey())
  const kid = createHash("sha256")
    .update(JSON.stringify({ crv: "P-256", kty: "EC", x, y }))
    .digest("base64url")
  return { kid, x, y, d: Redacted.make(padded(pair.getPrivateKey()).toString("base64url"), { label: "d" }) }
}

/** The public half of a key as a JWK, for producers. */
export const publicJwk = ({ kid, x, y }: SealKey) => ({ kty: "EC", crv: "P-256", x, y, kid }) as const

/** A whole key as a JWK: a secret. */
export const privateJwk = (key: SealKey): Redacted.Redacted<ReturnType<typeof publicJwk> & { readonly d: string }> =>
  Redacted.make({ ...publicJwk(key), d: Redacted.value(key.d) })

const curve = "prime256v1"

const coordinatesOf = (point: Buffer) => ({
  x: point.subarray(1, 33).toString("base64url"),
  y: point.subarray(33).toString("base64url")
})

const padded = (bytes: Buffer) => Buffer.concat([Buffer.alloc(32 - bytes.length), bytes])

const isPair = ({ d, x, y }: SealKey): boolean => {
  const bytes = Buffer.from(Redacted.value(d), "base64url")
  if (bytes.length !== 32 || bytes.toString("base64url") !== Redacted.value(d)) return false
  try {
    const pair = createECDH(curve)
    pair.setPrivateKey(bytes)
    const point = coordinatesOf(pair.getPublicKey())
    return point.x === x && point.y === y
  } catch {
    return false
  }
}

const Key = Schema.Struct({
  kty: Schema.Literal("EC"),
  crv: Schema.Literal("P-256"),
  use: Schema.optionalKey(Schema.Literal("enc")),
  alg: Schema.optionalKey(Schema.Literal("ECDH-ES")),
  kid: Schema.String.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,128}$/u)),
  x: Schema.String,
  y: Schema.String,
  d: Schema.RedactedFromValue(Schema.String, { label: "d" })
}).check(Schema.makeFilter(isPair, { expected: "coordinates that belong to d" }))

const decodeSet = Schema.decodeUnknownResult(
  Schema.Struct({ keys: Schema.Array(Key).check(Schema.isMinLength(1), Schema.isMaxLength(8)) })
)
