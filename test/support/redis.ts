import Bull from "bull"
import { Context, Effect, Layer, type Scope } from "effect"
import type { RedisAddress } from "../../src/domain/RedisAddress.ts"
import { startRedis } from "../../src/local/servers.ts"
import type { LocalRedis } from "../../src/local/RedisServer.ts"

/** The Redis of one test file. */
export class RedisServer extends Context.Service<RedisServer, LocalRedis>()("test/RedisServer") {
  static readonly layer = Layer.effect(RedisServer, startRedis())

  /** One whose data outlive a kill. */
  static readonly layerDurable = Layer.effect(RedisServer, startRedis({ appendOnly: true, args: ["--appendfsync", "always"] }))
}

/** Its address, as the service is given it. */
export const redisAddress: Effect.Effect<RedisAddress, never, RedisServer> = Effect.map(RedisServer, ({ host, port }) => ({
  host,
  port,
  db: 0,
  tls: false
}))

/** A queue as a producer has it, under this name. */
export const makeProducer = (name: string): Effect.Effect<Bull.Queue, never, RedisServer | Scope.Scope> =>
  Effect.flatMap(RedisServer, ({ url }) =>
    Effect.acquireRelease(
      Effect.sync(() => new Bull(name, url)),
      (queue) => Effect.promise(() => queue.close())
    )
  )
