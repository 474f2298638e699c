import { Context, Effect, Exit, Layer, Logger, Scope } from "effect"
import { Redis } from "ioredis"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import * as NotificationBusRedis from "../../../src/adapters/redis/NotificationBusRedis.ts"
import { type Recorded } from "../../../src/domain/Outcome.ts"
import { type RedisAddress } from "../../../src/domain/RedisAddress.ts"
import { NotificationBus } from "../../../src/services/NotificationBus.ts"
import { until } from "../../support/until.ts"

/** One process on the channel: its bus, what it heard, how often it resumed, what it logged. */
export const startProcess = Effect.fnUntraced(function* (redis: RedisAddress, channel: string) {
  const logged: Array<string> = []
  const heard: Array<Recorded> = []
  const resumed: Array<true> = []
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(
    NotificationBusRedis.layer({ redis, channel })
      .pipe(Layer.provide(ReadinessInProcess.layer(["redis"])))
      .pipe(Layer.provideMerge(logger)),
    scope
  )
  const bus = Context.get(context, NotificationBus)
  return {
    logged,
    heard,
    resumed,
    publish: (recorded: Recorded) => Effect.provideContext(bus.publish(recorded), context),
    subscribe: bus
      .subscribe(
        (recorded) => Effect.sync(() => void heard.push(recorded)),
        Effect.sync(() => void resumed.push(true))
      )
      .pipe(Scope.provide(scope), Effect.provideContext(context)),
    stop: Scope.close(scope, Exit.void)
  }
})

/** A plain connection beside the bus. */
export const connect = ({ host, port }: RedisAddress) =>
  Effect.acquireRelease(
    Effect.sync(() => new Redis({ host, port, retryStrategy: () => 50 }).on("error", () => undefined)),
    (redis) => Effect.sync(() => redis.disconnect())
  )

/** Waits until this is the last outcome that was heard. */
export const hears = (heard: ReadonlyArray<Recorded>, last: Recorded) =>
  until(
    Effect.sync(() => heard.at(-1)),
    (recorded) => recorded?.identity === last.identity
  )

/** How many connections subscribe to the channel. */
export const subscribers = (redis: Redis, channel: string) =>
  Effect.map(
    Effect.promise(() => redis.pubsub("NUMSUB", channel)),
    ([, count]) => Number(count)
  )
