import { Effect, Redacted, type Scope } from "effect"
import { Redis, type RedisOptions } from "ioredis"
import type { RedisAddress } from "../../domain/RedisAddress.ts"

/**
 * A connection that is there until the scope closes. It does not wait for Redis: commands wait in it while Redis is away, a
 * reconnect is tried at least once a second for ever, and subscriptions come back with it. `role` names it in the log. There is no
 * ready check: a SUBSCRIBE may overtake its INFO, which that connection then refuses, and the subscription is lost with it.
 */
export const connect = (address: RedisAddress, role: string): Effect.Effect<Redis, never, Scope.Scope> =>
  Effect.gen(function* () {
    const run = Effect.runForkWith(yield* Effect.context<never>())
    return yield* Effect.acquireRelease(
      Effect.sync(() => {
        const redis = new Redis(toOptions(address))
        reportHealth(redis, (message) => void run(Effect.logWarning(`${role}: ${message}`)))
        return redis
      }),
      (redis) => Effect.sync(() => redis.disconnect())
    )
  })

/** What may be told of a foreign error: its code, or its name where it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error ? ("code" in error && typeof error.code === "string" ? error.code : error.name) : "unknown"

const toOptions = ({ host, port, username, password, db, tls }: RedisAddress): RedisOptions => ({
  host,
  port,
  db,
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password: Redacted.value(password) }),
  ...(tls ? { tls: {} } : {}),
  connectTimeout: 5000,
  socketTimeout: 10_000,
  keepAlive: 10_000,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
  retryStrategy: (times) => Math.min(times * 100, 1000)
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
