import { randomUUID } from "node:crypto"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { startRedis } from "../../../src/local/servers.ts"
import { ada } from "../../support/deliveries.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { until } from "../../support/until.ts"
import { connect, hears, startProcess, subscribers } from "./busProcess.ts"

it.live("hears again after Redis was killed, by itself, and says so", () =>
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
      (lines) => lines.length >= 3
    )
    yield* server.restart
    const watcher = yield* connect(redis)
    yield* until(subscribers(watcher, channel), (count) => count === 1)
    yield* worker.publish(recordedFor(ada))
    yield* hears(hub.heard, recordedFor(ada))
    assert.lengthOf(hub.resumed, 1)
    assert.match(worker.logged[0] ?? "", /^notification bus, publisher: Redis is away \(ECONN[A-Z]+\): trying again$/u)
    assert.deepStrictEqual(worker.logged.slice(1), ["notification bus, publisher: Redis answers again"])
  })
)

it.live("starts without Redis, gives an announcement up after two seconds, and hears once Redis is there", () =>
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

it.live("notices within 15 seconds that nothing comes back though nothing is published, and resumes once it hears again", () =>
  Effect.gen(function* () {
    const server = yield* startRedis()
    const hub = yield* startProcess({ host: server.host, port: server.port, db: 0, tls: false }, randomUUID())
    yield* hub.subscribe
    assert.lengthOf(hub.resumed, 0)
    const began = Date.now()
    yield* server.pause
    yield* until(
      Effect.sync(() => hub.logged),
      (lines) => lines.some((line) => line.startsWith("notification bus, subscriber: Redis is away"))
    )
    assert.isBelow(Date.now() - began, 15_000)
    yield* server.resume
    yield* until(
      Effect.sync(() => hub.resumed),
      ({ length }) => length > 0
    )
  })
)
