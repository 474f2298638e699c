import Bull, { type Queue } from "bull"
import { Effect, type Scope } from "effect"
import { coalesceWrites } from "../../domain/coalesceWrites.ts"
import { codeOf } from "../../domain/codeOf.ts"
import { type RedisAddress, redisConnection } from "../../domain/RedisAddress.ts"
import { guardScripts } from "./guardScripts.ts"

/**
 * Opens the queue as the worker needs it: locks of 5 s renewed every 1.5 s and a stalled check every 2 s, so that a killed worker's
 * jobs run again within 10 s; a connection on which nothing comes back for 10 s is given up; reconnecting waits 1 s at most. Closes
 * it with the scope, without waiting for jobs.
 */
export const openQueue = (options: {
  readonly redis: RedisAddress
  readonly prefix: string
  readonly name: string
}): Effect.Effect<Queue, never, Scope.Scope> =>
  Effect.gen(function* () {
    const log = Effect.runForkWith(yield* Effect.context<never>())
    return yield* Effect.acquireRelease(
      Effect.sync(() => {
        const queue = new Bull(options.name, { prefix: options.prefix, redis: redisConnection(options.redis), settings })
        coalesceWrites(queue.client)
        guardScripts(queue)
        reportHealth(queue, (message) => void log(Effect.logWarning(message)))
        return queue
      }),
      (queue) => Effect.promise(() => queue.close(true)).pipe(Effect.timeoutOption("5 seconds"))
    )
  })

const settings = {
  lockDuration: 5000,
  lockRenewTime: 1500,
  stalledInterval: 2000,
  maxStalledCount: Number.MAX_SAFE_INTEGER,
  retryProcessDelay: 500,
  drainDelay: 5
}

const reportHealth = (queue: Queue, warn: (message: string) => void) => {
  let away = false
  queue.client.on("close", () => {
    if (!away && queue.client.status !== "end") warn("Redis is away: trying again")
    away = true
  })
  queue.client.on("ready", () => {
    if (away) warn("Redis answers again")
    away = false
  })
  queue.on("error", (error) => {
    if (!away) warn(`the queue met an error (${codeOf(error)})`)
  })
  queue.on("lock-extension-failed", () => warn("the lock of a job could not be renewed"))
}
