import { Effect } from "effect"
import { Redis } from "ioredis"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"

/** Sends one command on a connection of its own and gives the answer. Fails with `refused` after two seconds at most. */
export const askRedis = (
  url: string,
  command: string,
  ...args: ReadonlyArray<string>
): Effect.Effect<unknown, LocalStackError> =>
  Effect.acquireUseRelease(
    Effect.sync(() => connect(url)),
    (redis) => Effect.tryPromise({ try: () => redis.call(command, ...args), catch: () => noAnswer(url) }),
    (redis) => Effect.sync(() => redis.disconnect())
  )

const connect = (url: string) => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null
  })
  return redis.on("error", () => undefined)
}

const noAnswer = (url: string) => {
  const { hostname, port } = new URL(url)
  return localStackError("refused", `Redis at ${hostname}:${port || "6379"} does not answer.`)
}
