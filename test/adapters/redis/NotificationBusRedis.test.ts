import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import * as NotificationBusRedis from "../../../src/adapters/redis/NotificationBusRedis.ts"
import { type Recorded } from "../../../src/domain/Outcome.ts"
import { NotificationBus } from "../../../src/services/NotificationBus.ts"
import { ada } from "../../support/deliveries.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { redisAddress, RedisServer } from "../../support/redis.ts"
import { until } from "../../support/until.ts"
import { connect, hears, startProcess, subscribers } from "./busProcess.ts"

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

  it.effect("is spared by a hub that is alone, and carries its outcomes as soon as another has begun", () =>
    Effect.gen(function* () {
      const redis = yield* redisAddress
      const channel = randomUUID()
      const watcher = yield* connect(redis)
      const alone = yield* startProcess(redis, channel)
      yield* alone.subscribe
      const publications = Effect.promise(async () =>
        Number(/cmdstat_publish:calls=(\d+)/u.exec(await watcher.info("commandstats"))?.[1] ?? 0)
      )
      const before = yield* publications
      yield* Effect.forEach(
        Array.from({ length: 200 }, (_, index) => recordedFor(ada, index + 1)),
        alone.publish
      )
      assert.isBelow((yield* publications) - before, 20)
      const other = yield* startProcess(redis, channel)
      yield* other.subscribe
      yield* until(
        Effect.andThen(
          alone.publish(recordedFor(ada, 201)),
          Effect.sync(() => other.heard.length)
        ),
        (count) => count > 0
      )
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
      const context = yield* Layer.build(
        NotificationBusRedis.layer({ redis, channel }).pipe(Layer.provide(ReadinessInProcess.layer(["redis"])))
      )
      yield* Context.get(context, NotificationBus).subscribe(
        (recorded) => Effect.suspend(() => (heard.push(recorded) === 1 ? Effect.die("a bug") : Effect.void)),
        Effect.void
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
