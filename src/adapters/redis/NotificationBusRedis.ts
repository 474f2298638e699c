import { randomUUID } from "node:crypto"
import { Effect, Fiber, FiberSet, Layer, Metric, Option, type Scope } from "effect"
import { type Redis } from "ioredis"
import { backoff } from "../../domain/backoff.ts"
import { codeOf } from "../../domain/codeOf.ts"
import type { RedisAddress } from "../../domain/RedisAddress.ts"
import { NotificationBus } from "../../services/NotificationBus.ts"
import { Readiness } from "../../services/Readiness.ts"
import { connect } from "./connect.ts"
import { open, seal } from "./envelope.ts"

/** Which Redis, and the name of the Pub/Sub channel that the processes of one deployment share. */
export interface NotificationBusRedisOptions {
  readonly redis: RedisAddress
  readonly channel: string
}

/** Shares outcomes over Redis Pub/Sub: one connection to publish, and one more in a process that subscribes. */
export const layer = ({ redis, channel }: NotificationBusRedisOptions): Layer.Layer<NotificationBus, never, Readiness> =>
  Layer.effect(
    NotificationBus,
    Effect.gen(function* () {
      const origin = randomUUID()
      const publisher = yield* connect(redis, "notification bus, publisher")
      const readiness = yield* Readiness

      return NotificationBus.of({
        publish: (recorded) =>
          ask(() => publisher.publish(channel, seal({ origin, recorded }))).pipe(
            Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail("no answer") }),
            Effect.catch((code) => Effect.logWarning(`an outcome could not be told to other hubs (${code}); the ledger has it`))
          ),
        subscribe: Effect.fnUntraced(function* (handle, resumed) {
          const run = yield* FiberSet.makeRuntime()
          const subscriber = yield* connect(redis, "notification bus, subscriber")
          subscriber.on("message", (_, text) =>
            Option.match(open(text), {
              onNone: () => void run(Metric.update(unreadable, 1)),
              onSome: (envelope) => void (envelope.origin === origin || run(handle(envelope.recorded)))
            })
          )
          yield* begin(subscriber, channel)
          subscriber.on(
            "ready",
            () => void run(ask(() => subscriber.subscribe(channel)).pipe(Effect.andThen(resumed), Effect.ignore))
          )
          yield* readiness.register("redis", Effect.asVoid(ask(() => publisher.ping())))
        })
      })
    })
  )

const patience = "2 seconds"

const unreadable = Metric.counter("notification_bus_unreadable_total", {
  description: "Messages on the notification channel that were no outcome and were ignored",
  incremental: true
})

const begin = (subscriber: Redis, channel: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const beginning = yield* ask(() => subscriber.subscribe(channel)).pipe(
      Effect.tapError((code) => Effect.logWarning(`could not subscribe to the notification channel (${code}): trying again`)),
      Effect.retry(backoff),
      Effect.forkScoped
    )
    const begun = yield* Fiber.await(beginning).pipe(Effect.timeoutOption(patience))
    if (Option.isNone(begun)) yield* Effect.logWarning("the notification bus is away: it will be heard once it is back")
  })

const ask = <A>(command: () => Promise<A>): Effect.Effect<A, string> => Effect.tryPromise({ try: command, catch: codeOf })
