import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Redis } from "ioredis"

/** Where each text came from, and the text, byte for byte. */
export type Sinks = ReadonlyMap<string, Buffer>

/** Where a secret is, in which disguise. */
export const findLeaks = (sinks: Sinks, secrets: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(secrets).flatMap(([what, secret]) =>
    Object.entries(disguises(secret)).flatMap(([how, needle]) =>
      [...sinks].filter(([, text]) => text.includes(needle)).map(([where]) => `${what} in ${where}, ${how}`)
    )
  )

/** All files of a folder. */
export const readFolder = async (folder: string): Promise<Sinks> => {
  const names = await readdir(folder)
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)))
}

/** All keys of a Redis and what they hold. */
export const readRedis = async (redis: Redis): Promise<Sinks> => {
  const sinks = new Map<string, Buffer>()
  for await (const keys of redis.scanStream({ count: 500 }) as AsyncIterable<ReadonlyArray<string>>) {
    for (const key of keys) sinks.set(`Redis ${key}`, Buffer.from(JSON.stringify([key, await readKey(redis, key)])))
  }
  return sinks
}

const readKey = async (redis: Redis, key: string): Promise<unknown> => {
  const read = readers[await redis.type(key)]
  return read?.(redis, key)
}

const readers: Readonly<Record<string, (redis: Redis, key: string) => Promise<unknown>>> = {
  string: (redis, key) => redis.get(key),
  hash: (redis, key) => redis.hgetall(key),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key),
  zset: (redis, key) => redis.zrange(key, 0, -1),
  stream: (redis, key) => redis.xrange(key, "-", "+")
}

const disguises = (secret: string): Readonly<Record<string, Buffer>> => ({
  plain: Buffer.from(secret),
  hex: Buffer.from(Buffer.from(secret).toString("hex")),
  HEX: Buffer.from(Buffer.from(secret).toString("hex").toUpperCase()),
  "UTF-16": Buffer.from(secret, "utf16le"),
  base64: base64(secret, 0),
  "base64 one byte on": base64(secret, 1),
  "base64 two bytes on": base64(secret, 2)
})

/** What every base64 of a text has that holds the secret `offset` bytes beyond a multiple of three, whatever is around it. */
const base64 = (secret: string, offset: number) => {
  const bytes = Buffer.from(`${"x".repeat(offset)}${secret}`)
  const inner = bytes.subarray(offset === 0 ? 0 : 3, bytes.length - (bytes.length % 3))
  return Buffer.from(inner.toString("base64"))
}
