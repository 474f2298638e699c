import { join } from "node:path"
import { Effect } from "effect"
import { Redis } from "ioredis"
import { RedisServer } from "./redis.ts"
import { readFolder, readKeys, watchCommands } from "./sinks.ts"
import { until } from "./until.ts"

/**
 * All that a Redis knows: each command that it was sent from now on, each key with its content, and its append-only file, which from now
 * on is written anew without compression.
 */
export const watchRedis = Effect.gen(function* () {
  const { host, port, url } = yield* RedisServer
  const redis = yield* connect(url)
  yield* Effect.promise(() => redis.config("SET", "aof-use-rdb-preamble", "no"))
  const commands = yield* watchCommands(host, port)
  const setting = async (name: string) => ((await redis.config("GET", name)) as ReadonlyArray<string>)[1] ?? ""

  return {
    redis,
    commands: commands.seen,
    keys: readKeys(redis),
    appendOnlyFile: Effect.flatMap(
      Effect.promise(async () => join(await setting("dir"), await setting("appenddirname"))),
      readFolder
    ),
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

const connect = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new Redis(url).on("error", () => undefined)),
    (redis) => Effect.sync(() => redis.disconnect())
  )
