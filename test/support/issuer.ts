import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { Effect } from "effect"
import { httpServer } from "./localServer.ts"

/** The algorithms of key sets. */
export const algorithms = ["RS256", "ES256", "EdDSA"] as const
export type Algorithm = (typeof algorithms)[number]

/** A key pair of an issuer: what it publishes, and how it signs. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly jwk: Readonly<Record<string, unknown>>
}

const generate: Readonly<Record<Algorithm, () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: () => generateKeyPairSync("ed25519")
}

/** A new key pair. */
export const makeKey = (algorithm: Algorithm, kid = `${algorithm}-1`): SigningKey => {
  const pair = generate[algorithm]()
  return { kid, algorithm, ...pair, jwk: { ...pair.publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" } }
}

/** The text of a key set, of key pairs or of whatever is given in their place. */
export const keySetOf = (...keys: ReadonlyArray<SigningKey | Readonly<Record<string, unknown>>>): string =>
  JSON.stringify({ keys: keys.map((key) => ("jwk" in key ? key.jwk : key)) })

/** How each algorithm signs, and two that are one step aside: another padding, another hash. */
export const signBytes: Readonly<Record<Algorithm | "PS256" | "RS512", (data: Buffer, key: KeyObject) => Buffer>> = {
  RS256: (data, key) => sign("sha256", data, key),
  RS512: (data, key) => sign("sha512", data, key),
  PS256: (data, key) => sign("sha256", data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  ES256: (data, key) => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }),
  EdDSA: (data, key) => sign(null, data, key)
}

/** Signs by hand whatever is given. Objects become JSON; text stays. */
export const signJwt = (
  { algorithm, kid, privateKey }: SigningKey,
  payload: unknown,
  header: unknown = { alg: algorithm, typ: "JWT", kid },
  signer: (data: Buffer, key: KeyObject) => Buffer = signBytes[algorithm]
): string => {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${signer(Buffer.from(signed), privateKey).toString("base64url")}`
}

/** An issuer on this machine whose key set can be changed, and which can be away. */
export const serveIssuer = Effect.fnUntraced(function* (keySet: string, port = 0) {
  let answer = { status: 200, keySet }
  const server = yield* httpServer((response) => response.writeHead(answer.status).end(answer.keySet), port)
  return {
    url: `${server.url}/jwks.json`,
    received: server.received,
    publish: (keySet: string) => void (answer = { status: 200, keySet }),
    fail: (status: number) => void (answer = { ...answer, status })
  }
})

const encode = (part: unknown): string =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url")
