import { assert, layer } from "@effect/vitest"
import { Redis } from "ioredis"
import { Console, Effect, Layer } from "effect"
import { startRedis } from "../src/local/servers.ts"
import { DatabaseServer, readOutcomes } from "./support/database.ts"
import { deploy, job, serversLayer } from "./support/deployment.ts"
import { measureKills } from "./support/kills.ts"
import { RedisServer } from "./support/redis.ts"
import * as StandIns from "./support/standIns.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"

/** A Redis that takes about two seconds to load what it saved, and says LOADING meanwhile. */
const slowLoader = Layer.effect(
  RedisServer,
  startRedis({
    args: ["--enable-debug-command", "yes", "--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"]
  })
)

const ask = (redis: Redis, ...command: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const [name = "", ...args] = command
    return redis.call(name, ...args)
  })

/** What is done to Redis; it ends as Redis answers as before. */
const faults = {
  "a restart": (redis: Redis) =>
    RedisServer.use((server) => Effect.andThen(ask(redis, "SAVE"), Effect.andThen(server.kill(), server.restart))),
  "a restart with much to load": (redis: Redis) =>
    Effect.gen(function* () {
      const server = yield* RedisServer
      yield* ask(redis, "DEBUG", "POPULATE", "4000", "filler")
      yield* ask(redis, "SAVE")
      yield* server.kill()
      yield* server.restart
      const says = Effect.promise(() =>
        redis.get("nothing").then(
          () => "an answer",
          (error: Error) => error.message
        )
      )
      assert.match(yield* says, /^LOADING/u)
      yield* until(says, (answer) => answer === "an answer")
    }),
  "CLIENT KILL of all": (redis: Redis) =>
    Effect.gen(function* () {
      for (const type of ["normal", "pubsub"]) yield* ask(redis, "CLIENT", "KILL", "TYPE", type, "SKIPME", "yes")
    }),
  "a failover to a replica and back": (redis: Redis) =>
    Effect.gen(function* () {
      yield* ask(redis, "REPLICAOF", "127.0.0.1", "9")
      yield* Effect.sleep("2 seconds")
      yield* ask(redis, "REPLICAOF", "NO", "ONE")
    }),
  "running out of memory": (redis: Redis) =>
    Effect.gen(function* () {
      yield* ask(redis, "CONFIG", "SET", "maxmemory", "1")
      yield* Effect.sleep("2 seconds")
      yield* ask(redis, "CONFIG", "SET", "maxmemory", "0")
    })
} as const

layer(Layer.mergeAll(slowLoader, DatabaseServer.layer), { excludeTestServices: true, timeout: "60 seconds" })(
  "after a fault of Redis",
  (it) => {
    it.effect(
      "jobs are consumed again within three seconds of its answer, and each has succeeded",
      () =>
        Effect.gen(function* () {
          const server = yield* RedisServer
          const encryption = yield* StandIns.encryption
          const { account, producer, start } = yield* deploy([ada], { ENCRYPT_XML: "strict", PORT_ENCRYPT: encryption.url })
          yield* start
          const redis = yield* Effect.acquireRelease(
            Effect.sync(() =>
              new Redis(server.url, { enableReadyCheck: false, retryStrategy: () => 20 }).on("error", () => undefined)
            ),
            (redis) => Effect.sync(() => redis.disconnect())
          )
          let added = 0
          const add = Effect.gen(function* () {
            const data = yield* job(ada)
            yield* Effect.promise(() => producer.add(data))
            added++
          })
          const allEnded = Effect.suspend(() => until(readOutcomes(account), ({ length }) => length >= added))
          yield* Effect.andThen(add, allEnded)
          for (const [name, fault] of Object.entries(faults)) {
            yield* fault(redis)
            const answered = Date.now()
            yield* Effect.andThen(add, allEnded)
            const after = Date.now() - answered
            yield* Console.log(`${name}: jobs are consumed ${after} ms after its answer`)
            assert.isBelow(after, 3_000, name)
          }
          assert.isTrue((yield* readOutcomes(account)).every(({ tag }) => tag === "Updated"))
        }),
      60_000
    )
  }
)

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("the jobs of a killed worker", (it) => {
  it.effect(
    "run again within ten seconds, with a peer alive and with none",
    () =>
      Effect.gen(function* () {
        const [peer, lone] = yield* Effect.all([measureKills("peer", 2), measureKills("lone", 2)], { concurrency: 2 })
        for (const time of [...peer, ...lone]) assert.isBelow(time, 10_000)
      }),
    90_000
  )
})
