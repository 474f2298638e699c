import { createHmac, generateKeyPairSync, sign } from "node:crypto"
import { Redacted } from "effect"
import { secret } from "./deployment.ts"

const hour = 3600
const now = () => Math.floor(Date.now() / 1000)
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url")
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })

const hmac = (claims: unknown, { alg = "HS256", hash = "sha256", key = Redacted.value(secret) } = {}) => {
  const text = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`
  return `${text}.${createHmac(hash, key).update(text).digest("base64url")}`
}

const claims = (Id: unknown, changes: object = {}) => ({ Id, iat: now(), exp: now() + hour, ...changes })

/** What a token can be like, whomever it names: signed here by hand. Only `valid` and `bySub` are good. */
export const tokenStates = {
  valid: (id) => hmac(claims(id)),
  bySub: (id) => hmac({ ...claims(undefined), sub: id }),
  expired: (id) => hmac(claims(id, { iat: now() - 2 * hour, exp: now() - hour })),
  notYet: (id) => hmac(claims(id, { nbf: now() + hour })),
  fromTheFuture: (id) => hmac(claims(id, { iat: now() + hour, exp: now() + 2 * hour })),
  noExpiry: (id) => hmac({ Id: id, iat: now() }),
  otherSecret: (id) => hmac(claims(id), { key: "another-secret-of-thirty-two-bytes!" }),
  changed: (id) => hmac(claims(id)).replace(/\.(.*)\./u, `.${encode(claims(id, { exp: now() + 2 * hour }))}.`),
  unsigned: (id) => `${encode({ alg: "none", typ: "JWT" })}.${encode(claims(id))}.`,
  cutShort: (id) => hmac(claims(id)).slice(0, -10),
  hs512: (id) => hmac(claims(id), { alg: "HS512", hash: "sha512" }),
  rs256: (id) => {
    const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims(id))}`
    return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`
  },
  twoSubjects: (id) => hmac(claims(id, { sub: "somebody-else" })),
  none: () => "",
  array: (id) => [hmac(claims(id))],
  object: (id) => ({ token: hmac(claims(id)) }),
  number: () => 1
} satisfies Readonly<Record<string, (id: unknown) => unknown>>

/** The name of such a state. */
export type TokenState = keyof typeof tokenStates

/** All of them. */
export const tokenStateNames = Object.keys(tokenStates) as ReadonlyArray<TokenState>

/** Whether a token in this state is good: as the contract says, not as the service finds. */
export const isGood = (state: TokenState): boolean => state === "valid" || state === "bySub"
