import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Logger, Redacted, Scope } from "effect"
import { Redis } from "ioredis"
import * as NotificationBusRedis from "../../../src/adapters/redis/NotificationBusRedis.ts"
import { type Recorded } from "../../../src/domain/Outcome.ts"
import { type RedisAddress } from "../../../src/domain/RedisAddress.ts"
import { startRedis } from "../../../src/local/servers.ts"
import { NotificationBus } from "../../../src/services/NotificationBus.ts"
import { ada } from "../../support/deliveries.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { redisAddress, RedisServer } from "../../support/redis.ts"
import { until } from "../../support/until.ts"

/** One process on the channel: its bus, what it heard, what it logged. */
const startProcess = Effect.fnUntraced(function* (redis: RedisAddress, channel: string) {
  const logged: Array<string> = []
  const heard: Array<Recorded> = []
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(
    NotificationBusRedis.layer({ redis, channel }).pipe(Layer.provideMerge(logger)),
    scope
  )
  const bus = Context.get(context, NotificationBus)
  return {
    logged,
    heard,
    publish: (recorded: Recorded) => Effect.provideContext(bus.publish(recorded), context),
    subscribe: bus
      .subscribe((recorded) => Effect.sync(() => void heard.push(recorded)))
      .pipe(Scope.provide(scope), Effect.provideContext(context)),
    stop: Scope.close(scope, Exit.void)
  }
})

/** A plain connection beside the bus. */
const connect = ({ host, port }: RedisAddress) =>
  Effect.acquireRelease(
    Effect.sync(() => new Redis({ host, port, retryStrategy: () => 50 }).on("error", () => undefined)),
    (redis) => Effect.sync(() => redis.disconnect())
  )

const hears = (heard: ReadonlyArray<Recorded>, last: Recorded) =>
  until(
    Effect.sync(() => heard.at(-1)),
    (recorded) => recorded?.identity === last.identity
  )

const subscribers = (redis: Redis, channel: string) =>
  Effect.map(
    Effect.promise(() => redis.pubsub("NUMSUB", channel)),
    ([, count]) => Number(count)
  )

layer(RedisServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("a notification bus on Redis", (it) => {
  it.effect("carries outcomes in order to every other process and never back to its own", () =>
    Effect.gen(function* () {
      const redis = yield* redisAddress
      const channel = randomUUID()
      const [worker, hub, both] = yield* Effect.all([
        startProcess(redis, channel),
        startProcess(redis, channel),
        startProcess(redis, channel)
      ])
      yield* Effect.all([hub.subscribe, both.subscribe])
      const outcomes = Array.from({ length: 100 }, (_, index) => recordedFor(ada, index + 1))
      yield* Effect.forEach(outcomes, worker.publish)
      yield* Effect.all([hears(hub.heard, recordedFor(ada, 100)), hears(both.heard, recordedFor(ada, 100))])
      assert.deepStrictEqual(hub.heard, outcomes)
      yield* both.publish(recordedFor(undefined, 101))
      yield* hears(hub.heard, recordedFor(undefined, 101))
      yield* worker.publish(recordedFor(ada, 102))
      yield* hears(both.heard, recordedFor(ada, 102))
      assert.deepStrictEqual(both.heard, [...outcomes, recordedFor(ada, 102)])
      assert.deepStrictEqual(worker.heard, [])
    })
  )

  it.effect("hears nothing of another channel", () =>
    Effect.gen(function* () {
      const redis = yield* redisAddress
      const channel = randomUUID()
      const hub = yield* startProcess(redis, channel)
      yield* hub.subscribe
      yield* (yield* startProcess(redis, randomUUID())).publish(recordedFor(ada))
      yield* (yield* startProcess(redis, channel)).publish(recordedFor(ada, 2))
      yield* hears(hub.heard, recordedFor(ada, 2))
      assert.strictEqual(hub.heard.length, 1)
    })
  )

  it.effect("ignores what is no outcome, and does not log it", () =>
    Effect.gen(function* () {
      const redis = yield* redisAddress
      const channel = randomUUID()
      const hub = yield* startProcess(redis, channel)
      yield* hub.subscribe
      const forger = yield* connect(redis)
      const recorded = recordedFor(ada)
      const junk: ReadonlyArray<string | Buffer> = [
        "",
        "canary",
        "null",
        "[]",
        "{}",
        JSON.stringify(recorded),
        JSON.stringify({ origin: 7, recorded }),
        JSON.stringify({ origin: "x", recorded: { ...recorded, identity: "canary" } }),
        JSON.stringify({ origin: "x", recorded: { ...recorded, outcome: { tag: "canary", reason: "" } } }),
        '{"__proto__":{"origin":"x"}}',
        "[".repeat(100_000),
        Buffer.from([0xff, 0xfe, 0x00])
      ]
      for (const message of junk) yield* Effect.promise(() => forger.publish(channel, message))
      const worker = yield* startProcess(redis, channel)
      yield* worker.publish(recorded)
      yield* hears(hub.heard, recorded)
      assert.deepStrictEqual(hub.heard, [recorded])
      assert.deepStrictEqual(hub.logged, [])
    })
  )

  it.effect("goes on hearing when a handler fails by a bug", () =>
    Effect.gen(function* () {
      const redis = yield* redisAddress
      const channel = randomUUID()
      const heard: Array<Recorded> = []
      const context = yield* Layer.build(NotificationBusRedis.layer({ redis, channel }))
      yield* Context.get(context, NotificationBus).subscribe((recorded) =>
        Effect.suspend(() => (heard.push(recorded) === 1 ? Effect.die("a bug") : Effect.void))
      )
      const worker = yield* startProcess(redis, channel)
      yield* worker.publish(recordedFor(ada))
      yield* worker.publish(recordedFor(ada, 2))
      yield* hears(heard, recordedFor(ada, 2))
    })
  )

  it.effect("leaves the channel and its connections with its scope", () =>
    Effect.gen(function* () {
      const redis = yield* redisAddress
      const channel = randomUUID()
      const watcher = yield* connect(redis)
      const hub = yield* startProcess(redis, channel)
      yield* hub.subscribe
      assert.strictEqual(yield* subscribers(watcher, channel), 1)
      yield* hub.stop
      yield* until(subscribers(watcher, channel), (count) => count === 0)
    })
  )

  it.effect("hears again after Redis was killed, by itself, and says so", () =>
    Effect.gen(function* () {
      const server = yield* startRedis()
      const redis = { host: server.host, port: server.port, db: 0, tls: false }
      const channel = randomUUID()
      const hub = yield* startProcess(redis, channel)
      const worker = yield* startProcess(redis, channel)
      yield* hub.subscribe
      yield* server.kill()
      yield* until(
        Effect.sync(() => [...hub.logged, ...worker.logged]),
        (lines) => lines.length === 3
      )
      yield* server.restart
      const watcher = yield* connect(redis)
      yield* until(subscribers(watcher, channel), (count) => count === 1)
      yield* worker.publish(recordedFor(ada))
      yield* hears(hub.heard, recordedFor(ada))
      assert.match(worker.logged[0] ?? "", /^notification bus, publisher: Redis is away \(ECONN[A-Z]+\): trying again$/u)
      assert.deepStrictEqual(worker.logged.slice(1), ["notification bus, publisher: Redis answers again"])
    })
  )

  it.effect("starts without Redis, gives an announcement up after two seconds, and hears once Redis is there", () =>
    Effect.gen(function* () {
      const server = yield* startRedis()
      const redis = { host: server.host, port: server.port, db: 0, tls: false }
      yield* server.kill()
      const channel = randomUUID()
      const hub = yield* startProcess(redis, channel)
      const worker = yield* startProcess(redis, channel)
      const began = Date.now()
      yield* Effect.all([hub.subscribe, worker.publish(recordedFor(ada))], { concurrency: 2 })
      assert.isBelow(Date.now() - began, 2500)
      assert.include(hub.logged, "the notification bus is away: it will be heard once it is back")
      assert.include(worker.logged, "an outcome could not be told to other hubs (no answer); the ledger has it")
      yield* server.restart
      const watcher = yield* connect(redis)
      yield* until(subscribers(watcher, channel), (count) => count === 1)
      yield* worker.publish(recordedFor(ada, 2))
      yield* hears(hub.heard, recordedFor(ada, 2))
    })
  )

  it.effect("logs in as it is told and never logs the password", () =>
    Effect.gen(function* () {
      const account = { username: "hub", password: Redacted.make("canary-password") }
      const { host, port } = yield* redisAddress
      const admin = yield* connect({ host, port, db: 0, tls: false })
      yield* Effect.promise(() => admin.acl("SETUSER", "hub", "on", ">canary-password", "~*", "&*", "+@all"))
      const channel = randomUUID()
      const hub = yield* startProcess({ host, port, db: 0, tls: false, ...account }, channel)
      yield* hub.subscribe
      const worker = yield* startProcess({ host, port, db: 0, tls: false, ...account }, channel)
      yield* worker.publish(recordedFor(ada))
      yield* hears(hub.heard, recordedFor(ada))
      const stranger = yield* startProcess(
        { host, port, db: 0, tls: false, username: "hub", password: Redacted.make("canary-wrong") },
        channel
      )
      yield* stranger.publish(recordedFor(ada))
      assert.isNotEmpty(stranger.logged)
      assert.notInclude(stranger.logged.join("\n"), "canary")
    })
  )
})
