import { randomUUID } from "node:crypto"
import { Clock, Effect, Fiber, FiberSet, Layer, Metric, Option, type Scope } from "effect"
import { type Redis } from "ioredis"
import { backoff } from "../../domain/backoff.ts"
import { codeOf } from "../../domain/codeOf.ts"
import type { Recorded } from "../../domain/Outcome.ts"
import type { RedisAddress } from "../../domain/RedisAddress.ts"
import { NotificationBus } from "../../services/NotificationBus.ts"
import { Readiness } from "../../services/Readiness.ts"
import { makeAudience } from "./audience.ts"
import { connect } from "./connect.ts"
import { open, seal } from "./envelope.ts"

/** Which Redis, and the name of the Pub/Sub channel that the processes of one deployment share. */
export interface NotificationBusRedisOptions {
  readonly redis: RedisAddress
  readonly channel: string
}

/**
 * Shares outcomes over Redis Pub/Sub: one connection to publish, and one more in a process that subscribes. One that subscribes and finds
 * that no other process does publishes no more than once a second, until another says that it has begun.
 */
export const layer = ({ redis, channel }: NotificationBusRedisOptions): Layer.Layer<NotificationBus, never, Readiness> =>
  Layer.effect(
    NotificationBus,
    Effect.gen(function* () {
      const origin = randomUUID()
      const publisher = yield* connect(redis, "notification bus, publisher")
      const readiness = yield* Readiness

      const audience = makeAudience()
      const subscribers = new Set<Redis>()
      const send = (recorded: Recorded, now: number) =>
        ask(() => publisher.publish(channel, seal({ origin, recorded }))).pipe(
          Effect.tap((receivers) => Effect.sync(() => audience.counted(receivers, subscribers.size, now))),
          Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail("no answer") }),
          Effect.catch((code) => Effect.logWarning(`an outcome could not be told to other hubs (${code}); the ledger has it`))
        )

      return NotificationBus.of({
        publish: (recorded) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => (audience.isThere(now) ? send(recorded, now) : Effect.void)),
        subscribe: Effect.fnUntraced(function* (handle, resumed) {
          const run = yield* FiberSet.makeRuntime()
          const subscriber = yield* connect(redis, "notification bus, subscriber")
          subscriber.on("message", (_, text) =>
            Option.match(open(text), {
              onNone: () => void run(Metric.update(unreadable, 1)),
              onSome: (envelope) => {
                if (envelope.origin === origin) return
                if (envelope.recorded === undefined) audience.joined()
                else run(handle(envelope.recorded))
              }
            })
          )
          yield* begin(subscriber, channel)
          yield* Effect.acquireRelease(
            Effect.sync(() => subscribers.add(subscriber)),
            () => Effect.sync(() => subscribers.delete(subscriber))
          )
          const join = Effect.ignore(ask(() => publisher.publish(channel, seal({ origin }))))
          yield* Effect.forkScoped(join)
          subscriber.on(
            "ready",
            () =>
              void run(
                ask(() => subscriber.subscribe(channel)).pipe(Effect.andThen(resumed), Effect.andThen(join), Effect.ignore)
              )
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
