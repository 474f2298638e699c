import { Effect, Result, Schema } from "effect"
import { VerifierUnavailable } from "../../domain/Errors.ts"
import { readJsonObject } from "../../domain/JsonObject.ts"
import { isCanonicalBase64url } from "./base64url.ts"
import { isWeakPoint } from "./isWeakPoint.ts"
import { KeyId } from "./StrictJwt.ts"

/** The algorithms that a key set may serve (README, wire contract 2). None of them is symmetric. */
export const algorithms = ["RS256", "ES256", "EdDSA"] as const
export type Algorithm = (typeof algorithms)[number]

/** A public key, the one algorithm that it is for, and its name where it has one. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly algorithm: Algorithm
  readonly key: CryptoKey
}

/**
 * Reads the text of a JWK Set (RFC 7517, 5): at most 32 keys, of which those are used that can be nothing but public keys for verifying
 * RS256 (2,048 to 8,192 bits, e = 65,537), ES256 or EdDSA (Ed25519). The others are passed over. `badAnswer` where none is left.
 */
export const readKeySet = Effect.fnUntraced(function* (text: string) {
  const { keys: members } = yield* Effect.fromResult(decodeSet(readJsonObject(text))).pipe(Effect.mapError(nonsense))
  const keys = (yield* Effect.forEach(members, readKey)).flat()
  return keys.length === 0 ? yield* nonsense() : keys
})

const nonsense = () => new VerifierUnavailable({ reason: "badAnswer" })

const decodeSet = Schema.decodeUnknownResult(
  Schema.Struct({ keys: Schema.Array(Schema.Unknown).check(Schema.isMaxLength(32)) })
)

const readKey = (member: unknown): Effect.Effect<ReadonlyArray<VerificationKey>> =>
  Result.match(decodeKey(member), { onSuccess: importKey, onFailure: () => Effect.succeed([]) })

const isBytes = (length: number) =>
  Schema.makeFilter((text: string) => isCanonicalBase64url(text) && Buffer.from(text, "base64url").length === length)

const isModulus = Schema.makeFilter((text: string) => {
  if (!isCanonicalBase64url(text)) return false
  const hex = Buffer.from(text, "base64url").toString("hex")
  const bits = hex.length * 4 - Math.clz32(Number.parseInt(hex.slice(0, 2), 16)) + 24
  return !hex.startsWith("00") && bits >= 2048 && bits <= 8192
})

const isStrongPoint = Schema.makeFilter((text: string) => !isWeakPoint(Buffer.from(text, "base64url")))

const absent = Schema.optionalKey(Schema.Never)

/** What holds for a key of any kind: it says nothing against verifying signatures, and has no private or symmetric part. */
const publicKey = {
  kid: Schema.optionalKey(KeyId),
  use: Schema.optionalKey(Schema.Literal("sig")),
  key_ops: Schema.optionalKey(Schema.Array(Schema.String).check(Schema.makeFilter((uses) => uses.includes("verify")))),
  d: absent,
  p: absent,
  q: absent,
  dp: absent,
  dq: absent,
  qi: absent,
  oth: absent,
  k: absent
}

const Rsa = Schema.Struct({
  ...publicKey,
  kty: Schema.Literal("RSA"),
  alg: Schema.optionalKey(Schema.Literal("RS256")),
  n: Schema.String.check(isModulus),
  e: Schema.Literal("AQAB")
})

const Ec = Schema.Struct({
  ...publicKey,
  kty: Schema.Literal("EC"),
  crv: Schema.Literal("P-256"),
  alg: Schema.optionalKey(Schema.Literal("ES256")),
  x: Schema.String.check(isBytes(32)),
  y: Schema.String.check(isBytes(32))
})

const Okp = Schema.Struct({
  ...publicKey,
  kty: Schema.Literal("OKP"),
  crv: Schema.Literal("Ed25519"),
  alg: Schema.optionalKey(Schema.Literal("EdDSA")),
  x: Schema.String.check(isBytes(32), isStrongPoint)
})

const Key = Schema.Union([Rsa, Ec, Okp])
type Key = typeof Key.Type

const decodeKey = Schema.decodeUnknownResult(Key)

type ImportParameters = Parameters<typeof crypto.subtle.importKey>[2]

const kinds: Readonly<Record<Key["kty"], { readonly algorithm: Algorithm; readonly parameters: ImportParameters }>> = {
  RSA: { algorithm: "RS256", parameters: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } },
  EC: { algorithm: "ES256", parameters: { name: "ECDSA", namedCurve: "P-256" } },
  OKP: { algorithm: "EdDSA", parameters: { name: "Ed25519" } }
}

const importKey = ({ kid, ...jwk }: Key): Effect.Effect<ReadonlyArray<VerificationKey>> => {
  const { algorithm, parameters } = kinds[jwk.kty]
  return Effect.tryPromise(() =>
    crypto.subtle.importKey("jwk", { ...jwk, key_ops: ["verify"] }, parameters, false, ["verify"])
  ).pipe(Effect.match({ onSuccess: (key) => [{ kid, algorithm, key }], onFailure: () => [] }))
}
