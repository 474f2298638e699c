import { cp, rm } from "node:fs/promises"
import { join } from "node:path"
import type Bull from "bull"
import { Effect, type Layer, type Scope } from "effect"
import type { LocalStackError } from "../../src/local/LocalStackError.ts"
import { temporaryFolder } from "../../src/local/temporaryFolder.ts"
import { RedisServer } from "./redis.ts"

/** A way in which a Redis forgets. `setAside` keeps what it is to go back to, if anything, and gives the effect that makes it forget. */
export interface Forgetting {
  readonly redis: Layer.Layer<RedisServer, LocalStackError>
  readonly setAside: (
    producer: Bull.Queue
  ) => Effect.Effect<Effect.Effect<void, LocalStackError>, LocalStackError, RedisServer | Scope.Scope>
}

const restartAfter = (restore: () => Promise<unknown>) =>
  Effect.map(RedisServer, ({ kill, restart }) => kill().pipe(Effect.andThen(Effect.promise(restore)), Effect.andThen(restart)))

const setting = async ({ client }: Bull.Queue, name: string) => {
  const [, value = ""] = (await client.config("GET", name)) as ReadonlyArray<string>
  return value
}

/** Every way that is tried, by what it does to Redis. */
export const forgettings: Readonly<Record<string, Forgetting>> = {
  flushed: {
    redis: RedisServer.layer,
    setAside: ({ client }) => Effect.succeed(Effect.promise(() => client.flushall()))
  },
  obliterated: {
    redis: RedisServer.layer,
    setAside: (producer) =>
      Effect.succeed(
        Effect.promise(async () => {
          await producer.obliterate({ force: true })
          await producer.resume()
        })
      )
  },
  "restarted from an older append-only file": {
    redis: RedisServer.layerDurable,
    setAside: Effect.fnUntraced(function* (producer) {
      const files = yield* Effect.promise(async () =>
        join(await setting(producer, "dir"), await setting(producer, "appenddirname"))
      )
      const copy = join(yield* temporaryFolder, "copy")
      yield* Effect.promise(() => cp(files, copy, { recursive: true }))
      return yield* restartAfter(async () => {
        await rm(files, { recursive: true })
        await cp(copy, files, { recursive: true })
      })
    })
  },
  "restored from an older snapshot": {
    redis: RedisServer.layer,
    setAside: ({ client }) =>
      Effect.andThen(
        Effect.promise(() => client.save()),
        restartAfter(() => Promise.resolve())
      )
  }
}
