import { createCipheriv, createECDH, createHash, randomBytes } from "node:crypto"
import { Redacted } from "effect"
import { makeSealKey, privateJwk, publicJwk, type SealKey } from "../../src/domain/SealKeys.ts"
import { jobFor } from "../../src/testing/jobs.ts"
import { ada } from "./deliveries.ts"

/** The key that jobs of the tests are sealed for, and the fields of a good one. */
export const sealKey = makeSealKey()
export const fields = jobFor(ada)

/** `SEAL_PRIVATE_KEYS` with these keys, the first of them current. */
export const privateKeys = (...keys: ReadonlyArray<SealKey>): Redacted.Redacted =>
  Redacted.make(JSON.stringify({ keys: keys.map((key) => Redacted.value(privateJwk(key))) }))

/** What may differ from a good seal. `header` replaces members of the header, or is all of its text; `id` is the name of `enc` in the KDF. */
export interface Seal {
  readonly key?: SealKey
  readonly plaintext?: string | Buffer
  readonly header?: Readonly<Record<string, unknown>> | ((good: Readonly<Record<string, unknown>>) => string)
}

/**
 * Seals by hand, as the README says it in words (wire contract 1; RFC 7518, 4.6), so that jobs can be made that no library would make.
 * What it makes is encrypted rightly whatever its header says.
 */
export const sealByHand = ({ key = sealKey, plaintext = JSON.stringify(fields), header = {} }: Seal = {}): string => {
  const pair = createECDH("prime256v1")
  const point = pair.generateKeys()
  const theirs = Buffer.concat([Buffer.of(4), Buffer.from(key.x, "base64url"), Buffer.from(key.y, "base64url")])
  const epk = { kty: "EC", crv: "P-256", x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) }
  const good = { alg: "ECDH-ES", enc: "A256GCM", kid: key.kid, epk }
  const text = typeof header === "function" ? header(good) : JSON.stringify({ ...good, ...header })
  return encrypt(derive(pair.computeSecret(theirs)), base64url(text), plaintext)
}

/** A compact JWE without an encrypted key, under this content encryption key. */
export const encrypt = (cek: Buffer, header: string, plaintext: string | Buffer): string => {
  const iv = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", cek, iv).setAAD(Buffer.from(header))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [header, "", base64url(iv), base64url(ciphertext), base64url(cipher.getAuthTag())].join(".")
}

/** Bytes, or the UTF-8 of a text, in base64url. */
export const base64url = (bytes: Buffer | string) => Buffer.from(bytes).toString("base64url")

/** A public key as a JWK. */
export const publicOf = publicJwk

const derive = (secret: Buffer) =>
  createHash("sha256")
    .update(Buffer.concat([number(1), secret, number(7), Buffer.from("A256GCM"), number(0), number(0), number(256)]))
    .digest()

const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
