import { createHmac } from "node:crypto"
import { makeKey, signJwt } from "../../support/issuer.ts"
import { encode } from "./tokens.ts"
import { claims, token, type Way } from "./ways.ts"

/** A token that must be refused, of the corpus of attacks: its number there, what it does, and its text for a way, where it has one. */
export interface Attack {
  readonly id: `J${number}`
  readonly name: string
  readonly make: (way: Way) => string | undefined
}

type Makers = Readonly<Record<string, Attack["make"]>>

/** Attacks of one number, by their names. */
export const attacks = (id: Attack["id"], makers: Makers): ReadonlyArray<Attack> =>
  Object.entries(makers).map(([name, make]) => ({ id, name, make }))

/** One attack for each of the values, by its JSON. */
export const each = (values: ReadonlyArray<unknown>, make: (value: unknown) => Attack["make"]): Makers =>
  Object.fromEntries(values.map((value) => [String(JSON.stringify(value)).slice(0, 60), make(value)]))

/** Signed rightly, with these members in the header. */
export const withHeader =
  (members: object): Attack["make"] =>
  (way) =>
    token(way, claims, { ...way.header, ...members })

/** Signed rightly, with these claims. */
export const withClaims =
  (members: object): Attack["make"] =>
  (way) =>
    token(way, { ...claims, ...members })

/** A token whose claims are this text, between `{` and the claims of a good one. */
export const withText =
  (members: string): Attack["make"] =>
  (way) =>
    token(way, `{${members},${JSON.stringify(claims).slice(1)}`)

/** A good token whose text was changed. */
export const changed =
  (change: (valid: string, segments: readonly [string, string, string]) => string): Attack["make"] =>
  (way) => {
    const valid = token(way)
    const [head = "", body = "", signature = ""] = valid.split(".")
    return change(valid, [head, body, signature])
  }

/** An attack that makes sense for some algorithms only. */
export const onlyFor =
  (algorithms: ReadonlyArray<Way["algorithm"]>, make: Attack["make"]): Attack["make"] =>
  (way) =>
    algorithms.includes(way.algorithm) ? make(way) : undefined

/** HS256 under the text of a public key that anyone may have: that of the way, or any other where it has none. */
export const signedWith =
  (textOf: (way: Way) => string | Buffer | undefined): Attack["make"] =>
  (way) => {
    const key = textOf(way)
    if (key === undefined) return undefined
    const signed = `${encode({ ...way.header, alg: "HS256" })}.${encode(claims)}`
    return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`
  }

const attacker = { RS256: makeKey("RS256", "mine"), ES256: makeKey("ES256", "mine"), EdDSA: makeKey("EdDSA", "mine") }
/** A key pair of the kind that the way has, which the issuer does not know. */
export const attackersKey = ({ algorithm }: Way) => attacker[algorithm === "HS256" ? "RS256" : algorithm]

/** Signed by the attacker's key of the same kind, with the header of the way and these members. */
export const byAttacker =
  (members: (key: Way) => object): Attack["make"] =>
  (way) =>
    signJwt(attackersKey(way), claims, { ...way.header, alg: attackersKey(way).algorithm, ...members(way) })

/** A claim of so many levels. */
export const deep = (levels: number) => `"a":${"[".repeat(levels)}${"]".repeat(levels)}`

/** The same bytes, written with another last character. Where the last one has no spare bits, one is added that adds no byte. */
export const sameBytes = (text: string): string => {
  const [signature = ""] = text.split(".").slice(-1)
  const bytes = Buffer.from(signature, "base64url")
  const others = [...alphabet].map((last) => signature.slice(0, -1) + last)
  const other = others.find((other) => other !== signature && Buffer.from(other, "base64url").equals(bytes)) ?? `${signature}A`
  return text.slice(0, -signature.length) + other
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
