import { readdir, readFile } from "node:fs/promises"
import { connect } from "node:net"
import { join } from "node:path"
import { Effect } from "effect"
import { type Redis } from "ioredis"
import type { Socket } from "socket.io-client"
import { codeOf } from "../../src/domain/codeOf.ts"
import { type Account, query, quoteName } from "../../src/local/sql.ts"

/** All that stands in a value, as bytes: texts, bytes, and what is in lists and objects, with their names. */
export const bytesOf = (value: unknown): Buffer => {
  if (Buffer.isBuffer(value)) return value
  if (Array.isArray(value)) return Buffer.concat(value.flatMap((item) => [bytesOf(item), gap]))
  if (typeof value === "object" && value !== null) return bytesOf(Object.entries(value))
  return Buffer.from(String(value))
}

const gap = Buffer.from("\n")

/** Every key of a Redis with all that it holds, whatever its type. */
export const readKeys = (redis: Redis): Effect.Effect<Buffer> =>
  Effect.promise(async () => {
    const read: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
      string: (key) => redis.getBuffer(key),
      hash: (key) => redis.hgetallBuffer(key),
      list: (key) => redis.lrangeBuffer(key, 0, -1),
      set: (key) => redis.smembersBuffer(key),
      zset: (key) => redis.zrangeBuffer(key, 0, -1, "WITHSCORES"),
      stream: (key) => redis.xrangeBuffer(key, "-", "+")
    }
    const keys = await redis.keys("*")
    return bytesOf(await Promise.all(keys.map(async (key) => [key, await read[await redis.type(key)]?.(key)])))
  })

/** The commands that Redis found slow, as it shows them: each argument cut after 128 bytes. */
export const readSlowLog = (redis: Redis): Effect.Effect<Buffer> =>
  Effect.map(
    Effect.promise(() => redis.callBuffer("SLOWLOG", "GET", "-1")),
    bytesOf
  )

/** Everything in a folder's files. One that is removed meanwhile counts as empty. */
export const readFolder = (folder: string): Effect.Effect<Buffer> =>
  Effect.promise(async () => {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    return bytesOf(await Promise.all(files.map(({ name, parentPath }) => readFile(join(parentPath, name)).catch(emptyIfGone))))
  })

const emptyIfGone = (error: unknown): Buffer => {
  if (codeOf(error) === "ENOENT") return Buffer.alloc(0)
  throw error
}

/** All rows of these tables; of all tables of the account's database but `Users` where none are named. */
export const readTables = (
  account: Account & { readonly database?: string },
  tables?: ReadonlyArray<string>
): Effect.Effect<Buffer> =>
  Effect.orDie(
    Effect.gen(function* () {
      const found = yield* query(
        account,
        "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
      )
      const names = tables ?? found.map(({ name }) => quoteName(String(name))).filter((name) => name !== "`Users`")
      return bytesOf(yield* Effect.forEach(names, (name) => query(account, `SELECT * FROM ${name}`)))
    })
  )

/** Watches all commands that a Redis gets, with the arguments as they were before Redis wrote them down. */
export const watchCommands = (host: string, port: number) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly seen: () => Buffer; readonly close: () => void }>((resume) => {
      const chunks: Array<Buffer> = []
      const socket = connect(port, host, () => socket.write("MONITOR\r\n"))
      socket.once("data", () =>
        resume(Effect.succeed({ seen: () => unescape(Buffer.concat(chunks)), close: () => socket.destroy() }))
      )
      socket.on("data", (chunk) => chunks.push(chunk))
    }),
    ({ close }) => Effect.sync(close)
  )

const unescape = (written: Buffer): Buffer =>
  Buffer.from(
    written
      .toString("latin1")
      .replace(/\\(?:x([0-9a-f]{2})|(.))/gu, (_, hex, letter) =>
        hex === undefined ? (controls[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16))
      ),
    "latin1"
  )

const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b" }

/** Watches all that is published on a Redis. */
export const watchEvents = (redis: Redis) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const subscriber = redis.duplicate()
        await subscriber.psubscribe("*")
        return subscriber
      }),
      (subscriber) => Effect.sync(() => subscriber.disconnect())
    ),
    (subscriber) => {
      const seen: Array<unknown> = []
      subscriber.on("pmessageBuffer", (_, channel, message) => seen.push([channel, message]))
      return () => bytesOf(seen)
    }
  )

/** Watches all that a client of a hub receives: each packet as it came, and what was read from it. */
export const watchFrames = (socket: Socket): (() => Buffer) => {
  const seen: Array<unknown> = []
  socket.on("connect", () => socket.io.engine.on("packet", ({ data }) => seen.push(data)))
  socket.onAny((...args) => seen.push(args.filter((arg) => typeof arg !== "function")))
  return () => bytesOf(seen)
}

/** What an HTTP server says under these addresses, with its headers. */
export const readHttp = (urls: ReadonlyArray<string>): Effect.Effect<Buffer> =>
  Effect.promise(async () => {
    const answers = await Promise.all(
      urls.map(async (url) => {
        const answer = await fetch(url)
        return [url, answer.status, [...answer.headers], Buffer.from(await answer.arrayBuffer())]
      })
    )
    return bytesOf(answers)
  })
