import { Redacted } from "effect"
import type { RedisAddress } from "../domain/RedisAddress.ts"

/** Whether a text is a `redis://` or `rediss://` URL whose path, if any, is the number of a database. */
export const isRedisUrl = (text: string): boolean =>
  /^rediss?:\/\/./u.test(text) && URL.canParse(text) && isAddress(new URL(text))

const isAddress = ({ pathname, password, username }: URL): boolean =>
  /^\/?\d{0,4}$/u.test(pathname) && [username, password].every(isDecodable)

const isDecodable = (text: string): boolean => {
  try {
    return decodeURIComponent(text) !== undefined
  } catch {
    return false
  }
}

/** Takes a checked `REDIS_URL` apart (README, wire contract 7). */
export const parseRedisUrl = (text: Redacted.Redacted): RedisAddress => {
  const url = new URL(Redacted.value(text))
  return {
    host: url.hostname.replace(/^\[|\]$/gu, "") || "127.0.0.1",
    port: Number(url.port || 6379),
    ...(url.username === "" ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: Redacted.make(decodeURIComponent(url.password), { label: "REDIS_URL" }) }),
    db: Number(url.pathname.slice(1) || 0),
    tls: url.protocol === "rediss:"
  }
}
