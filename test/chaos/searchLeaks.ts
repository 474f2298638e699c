import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Redacted } from "effect"
import type { Redis } from "ioredis"
import { encode, encodingNames, findLeaks } from "../support/leaks.ts"
import { readFolder, readKeys } from "../support/sinks.ts"
import { markers } from "./Attempt.ts"
import type { Stage } from "./Stage.ts"

/**
 * Where the logs or the keys of Redis hold what jobs carried, or a secret of the service: `password as hex in the logs`. First it plants
 * a leak in both, in every encoding, and dies where that is not found.
 */
export const searchLeaks = Effect.fnUntraced(function* ({ account, logs, secret }: Stage, redis: Redis) {
  const sinks = { "the logs": readFolder(logs), "the keys of Redis": readKeys(redis) }
  const search = (secrets: Readonly<Record<string, string>>) =>
    Effect.map(Effect.all(sinks), (texts) =>
      Object.entries(texts).flatMap(([where, text]) => findLeaks(text, secrets).map((leak) => `${leak} in ${where}`))
    )
  yield* plantIn(logs, redis)
  const found = yield* search({ planted })
  for (const where of Object.keys(sinks))
    for (const encoding of encodingNames)
      if (!found.includes(`planted as ${encoding} in ${where}`)) return yield* Effect.die(`no ${encoding} is seen in ${where}`)
  yield* removeFrom(logs, redis)
  return yield* search({
    ...markers,
    "the token secret": Redacted.value(secret),
    "the database password": Redacted.value(account.password)
  })
})

const planted = `planted <&> 'x'`
const name = "planted.log"

const plantIn = (logs: string, redis: Redis) =>
  Effect.promise(() => {
    const leaks = Buffer.concat(encodingNames.flatMap((encoding) => encode(encoding, planted)))
    return Promise.all([writeFile(join(logs, name), leaks), redis.hset(name, "field", leaks)])
  })

const removeFrom = (logs: string, redis: Redis) => Effect.promise(() => Promise.all([rm(join(logs, name)), redis.del(name)]))
