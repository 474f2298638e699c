import { createHmac } from "node:crypto"

/** The secret that every contender verifies with. */
export const secret = "a-secret-of-at-least-thirty-two-bytes"

/** A token of the deployment for this user, valid for an hour; made by hand, as the load needs many in no time. */
export const makeToken = (id: string): string => {
  const iat = Math.floor(Date.now() / 1000)
  const signed = `${header}.${encode({ Id: id, iat, exp: iat + 3600 })}`
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")

const header = encode({ alg: "HS256", typ: "JWT" })
