import { Effect, Schedule, type Scope } from "effect"
import { Redis } from "ioredis"
import { coalesceWrites } from "../../domain/coalesceWrites.ts"
import { codeOf } from "../../domain/codeOf.ts"
import { type RedisAddress, redisConnection } from "../../domain/RedisAddress.ts"

/**
 * A connection that is there until the scope closes. It does not wait for Redis; subscriptions come back with it. It asks every three
 * seconds, so that one on which nothing comes back is given up within 15 though nothing else is asked. `role` names it in the log.
 */
export const connect = (address: RedisAddress, role: string): Effect.Effect<Redis, never, Scope.Scope> =>
  Effect.gen(function* () {
    const run = Effect.runForkWith(yield* Effect.context<never>())
    const connection = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const redis = new Redis(redisConnection(address))
        coalesceWrites(redis)
        reportHealth(redis, (message) => void run(Effect.logWarning(`${role}: ${message}`)))
        return redis
      }),
      (redis) => Effect.sync(() => redis.disconnect())
    )
    const ping = Effect.ignore(Effect.tryPromise({ try: () => connection.ping(), catch: codeOf }))
    yield* Effect.forkScoped(Effect.repeat(ping, Schedule.spaced("3 seconds")))
    return connection
  })

const reportHealth = (redis: Redis, warn: (message: string) => void) => {
  let away = false
  redis.on("error", (error) => {
    if (!away) warn(`Redis is away (${codeOf(error)}): trying again`)
    away = true
  })
  redis.on("ready", () => {
    if (away) warn("Redis answers again")
    away = false
  })
}
