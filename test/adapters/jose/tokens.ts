import { createHmac } from "node:crypto"

/** Signs by hand whatever is given, so that tokens can be made that no library would make. Objects become JSON; text stays. */
export const sign = (
  payload: unknown,
  { header = { alg: "HS256", typ: "JWT" }, key = secretText, hash = "sha256" }: Partial<Signing> = {}
): string => {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${createHmac(hash, key).update(signed).digest("base64url")}`
}

interface Signing {
  readonly header: unknown
  readonly key: string
  readonly hash: string
}

/** The secret that {@link sign} uses where none is given: 32 bytes. */
export const secretText = "0123456789abcdef0123456789abcdef"

/** One segment of a token: base64url of text, or of an object's JSON. */
export const encode = (part: unknown): string =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url")
