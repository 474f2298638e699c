import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { Redis } from "ioredis"
import { RedisServer } from "./redis.ts"
import { until } from "./until.ts"

/**
 * All that a Redis knows: each command that it was sent from now on, each key with its content, and its append-only file, which from now
 * on is written anew without compression.
 */
export const watchRedis = Effect.gen(function* () {
  const { url } = yield* RedisServer
  const redis = yield* connect(url)
  yield* Effect.promise(() => redis.config("SET", "aof-use-rdb-preamble", "no"))
  const commands = new Set<string>()
  const monitor = yield* Effect.acquireRelease(
    Effect.promise(() => redis.monitor()),
    (monitor) => Effect.sync(() => monitor.disconnect())
  )
  monitor.on("monitor", (_time: string, args: ReadonlyArray<string>) => void commands.add(bytesOf(args.join(" "))))

  return {
    redis,
    commands: () => Buffer.from([...commands].join("\n"), "latin1"),
    keys: Effect.promise(async () => {
      const keys = await redis.keys("*")
      return Promise.all(keys.map(async (key) => `${key} ${await contentOf(redis, key)}`))
    }),
    appendOnlyFile: Effect.promise(async () => {
      const [, dir = ""] = (await redis.config("GET", "dir")) as ReadonlyArray<string>
      const [, name = ""] = (await redis.config("GET", "appenddirname")) as ReadonlyArray<string>
      const files = readdirSync(join(dir, name)).map((file) => readFileSync(join(dir, name, file)))
      return Buffer.concat(files)
    }),
    rewrite: Effect.promise(() => redis.bgrewriteaof()).pipe(
      Effect.andThen(
        until(
          Effect.promise(() => redis.info("persistence")),
          (info) => /aof_rewrite_in_progress:0/u.test(info) && /aof_rewrite_scheduled:0/u.test(info)
        )
      )
    )
  }
})

/** What `MONITOR` shows: bytes that are not printable ASCII stand in it as `\xhh`. */
const bytesOf = (shown: string) =>
  shown.replace(/\\x([0-9a-f]{2})/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const connect = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new Redis(url).on("error", () => undefined)),
    (redis) => Effect.sync(() => redis.disconnect())
  )

const contentOf = async (redis: Redis, key: string): Promise<string> => {
  const type = await redis.type(key)
  const read = readers[type]
  return read === undefined ? type : JSON.stringify(await read(redis, key))
}

const readers: Readonly<Record<string, (redis: Redis, key: string) => Promise<unknown>>> = {
  string: (redis, key) => redis.get(key),
  hash: (redis, key) => redis.hgetall(key),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key),
  zset: (redis, key) => redis.zrange(key, 0, -1),
  stream: (redis, key) => redis.xrange(key, "-", "+")
}
