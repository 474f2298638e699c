import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import type Bull from "bull"
import { Context, Deferred, Duration, Effect, Exit, Fiber, Layer, Logger, Option, Scope } from "effect"
import * as JobQueueBull from "../../../src/adapters/bull/JobQueueBull.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { type Outcome, type Recorded, updated } from "../../../src/domain/Outcome.ts"
import { type Delivery, JobQueue } from "../../../src/services/JobQueue.ts"
import { Lives } from "../../../src/services/Lives.ts"
import { jobData } from "../../support/deliveries.ts"
import { makeProducer, redisAddress, RedisServer } from "../../support/redis.ts"
import { until } from "../../support/until.ts"

const failure: Outcome = { tag: "DbError", reason: "unknownUser" }

const recordedAs = ({ job }: Delivery, outcome: Outcome): Recorded => ({
  identity: job.identity,
  jobId: job.jobId,
  position: 1,
  life: job.place.life,
  outcome
})

/** A ledger's memory of lives: each that begins is the next number. */
const makeLives = () => {
  const highest = new Map<number, number>()
  const taken = new Set<number>()
  const begin = () => {
    highest.set(highest.size + 1, 0)
    return highest.size
  }
  return {
    highest,
    taken,
    layer: Layer.succeed(Lives, {
      begin: () => Effect.sync(begin),
      isTaken: ({ number }) => Effect.sync(() => taken.has(number)),
      highest: (life) => Effect.sync(() => Option.fromNullishOr(highest.get(life)))
    })
  }
}

interface Options {
  readonly handle?: (delivery: Delivery) => Effect.Effect<Recorded>
  readonly grace?: Duration.Input
  readonly lives?: ReturnType<typeof makeLives>
  readonly concurrency?: number
}

/** A producer and a worker on a queue of their own. The worker begins with `start` and stops with `stop`. */
const setUp = Effect.fnUntraced(function* (options: Options = {}) {
  const name = `Update_User_${randomUUID()}`
  const producer = yield* makeProducer(name)
  const redis = yield* redisAddress
  const scope = yield* Scope.make()
  const deliveries: Array<Delivery> = []
  const handle = options.handle ?? ((delivery: Delivery) => Effect.succeed(recordedAs(delivery, updated)))
  const worker = JobQueueBull.layer({
    redis,
    prefix: "bull",
    name,
    concurrency: options.concurrency ?? 4,
    grace: Duration.fromInputUnsafe(options.grace ?? "5 seconds")
  }).pipe(
    Layer.provide([(options.lives ?? makeLives()).layer, ReadinessInProcess.layer(["redis", "worker"])]),
    Layer.provideMerge(Logger.layer([]))
  )
  const start = Effect.gen(function* () {
    const { consume } = Context.get(yield* Layer.buildWithScope(worker, scope), JobQueue)
    yield* consume((delivery) => {
      deliveries.push(delivery)
      return handle(delivery)
    }).pipe(Scope.provide(scope))
  })
  const stop = Scope.close(scope, Exit.void)
  yield* Effect.addFinalizer(() => stop)
  return { name, producer, deliveries, start, stop }
})

const finished = (producer: Bull.Queue, type: "completed" | "failed", count = 1) =>
  until(
    Effect.promise(() => producer.getJobCounts()),
    (counts) => counts[type] >= count
  )

const kept = { removeOnComplete: false, removeOnFail: false }

const hashOf = (producer: Bull.Queue, id: string | number) =>
  Effect.promise(() => producer.client.hgetall(producer.toKey(String(id))))

const add = (producer: Bull.Queue, data: unknown, options: Bull.JobOptions = kept) =>
  Effect.promise(() => producer.add(data, options))

layer(RedisServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("a Bull queue", (it) => {
  it.effect("delivers a job as it was added and ends it completed, its data erased", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp()
      const { id, timestamp } = yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "completed")
      assert.strictEqual(deliveries.length, 1)
      assert.deepInclude(deliveries[0], { data: JSON.stringify(jobData), name: "__default__", deliveredBefore: false })
      assert.deepInclude(deliveries[0]?.job, { jobId: String(id), place: { life: 1, number: 1 } })
      const hash = yield* hashOf(producer, id)
      assert.strictEqual(hash["data"], "{}")
      assert.strictEqual(hash["timestamp"], String(timestamp))
      assert.strictEqual(hash["returnvalue"], "null")
    })
  )

  it.effect("keeps nothing of a job whose producer asked for that", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp()
      const { id } = yield* add(producer, jobData, { removeOnComplete: true, removeOnFail: true })
      yield* start
      yield* until(hashOf(producer, id), (hash) => deliveries.length === 1 && Object.keys(hash).length === 0)
    })
  )

  it.effect("ends a failure as failed at once, with tag and reason and nothing else, whatever the producer's options", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({
        handle: (delivery) => Effect.delay(Effect.succeed(recordedAs(delivery, failure)), "300 millis")
      })
      const { id } = yield* add(producer, jobData, { ...kept, attempts: 5, backoff: 10, timeout: 50 })
      yield* start
      yield* finished(producer, "failed")
      const hash = yield* hashOf(producer, id)
      assert.strictEqual(hash["failedReason"], "DbError: unknownUser")
      assert.strictEqual(hash["stacktrace"], JSON.stringify(["DbError: unknownUser"]))
      assert.strictEqual(hash["data"], "{}")
      assert.strictEqual(deliveries.length, 1)
    })
  )

  it.effect("delivers what nobody can parse, once, and goes on with the next job", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({ concurrency: 1 })
      const first = yield* add(producer, jobData)
      const corrupt = yield* add(producer, jobData)
      const badOptions = yield* add(producer, jobData)
      const last = yield* add(producer, jobData)
      yield* Effect.promise(() => producer.client.hset(producer.toKey(String(corrupt.id)), "data", '{"Password":"secret'))
      yield* Effect.promise(() => producer.client.hset(producer.toKey(String(badOptions.id)), "opts", "{"))
      yield* start
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 4
      )
      yield* finished(producer, "completed", 3)
      assert.deepStrictEqual(
        deliveries.map(({ job }) => job.jobId),
        [first, corrupt, badOptions, last].map(({ id }) => String(id))
      )
      assert.strictEqual(deliveries[1]?.data, '{"Password":"secret')
      for (const { id } of [first, last]) assert.isUndefined((yield* hashOf(producer, id))["failedReason"])
    })
  )

  it.effect("delivers a job of another name and one whose hash is gone", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp()
      yield* Effect.promise(() => producer.add("constructor", jobData, kept))
      yield* Effect.promise(() => producer.client.lpush(producer.toKey("wait"), "999"))
      yield* start
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 2
      )
      assert.strictEqual(deliveries[0]?.name, "constructor")
      assert.isUndefined(deliveries.find(({ job }) => job.jobId === "999")?.data)
    })
  )

  it.effect("says of a job that it was delivered before, and names it by the same identity", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({
        handle: (delivery) => Effect.succeed(recordedAs(delivery, failure))
      })
      const job = yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "failed")
      yield* Effect.promise(async () => (await producer.getJob(job.id))?.retry())
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 2
      )
      assert.deepStrictEqual(
        deliveries.map(({ deliveredBefore }) => deliveredBefore),
        [false, true]
      )
      assert.strictEqual(deliveries[0]?.job.identity, deliveries[1]?.job.identity)
    })
  )

  it.effect("gives a custom id a number from the same counter, once, and another identity when it is used again", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({ concurrency: 1 })
      const removed = { removeOnComplete: true, removeOnFail: true }
      yield* add(producer, jobData, removed)
      yield* add(producer, jobData, { ...removed, jobId: "7000" })
      yield* add(producer, jobData, { ...removed, jobId: "__proto__" })
      yield* start
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 3
      )
      const numbers = deliveries.map(({ job }) => job.place.number)
      assert.deepStrictEqual(numbers, [1, 4, 5])
      yield* until(hashOf(producer, "7000"), (hash) => Object.keys(hash).length === 0)
      yield* add(producer, jobData, { ...removed, jobId: "7000" })
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 4
      )
      assert.strictEqual(deliveries[3]?.job.jobId, deliveries[1]?.job.jobId)
      assert.notStrictEqual(deliveries[3]?.job.identity, deliveries[1]?.job.identity)
    })
  )

  it.effect("begins a new life when Redis was emptied, and when it went back in time", () =>
    Effect.gen(function* () {
      const lives = makeLives()
      const { producer, deliveries, start } = yield* setUp({ lives })
      const lifeOf = (index: number) =>
        until(
          Effect.sync(() => deliveries[index]?.job.place),
          (place) => place !== undefined
        )
      yield* add(producer, jobData)
      yield* start
      assert.deepStrictEqual(yield* lifeOf(0), { life: 1, number: 1 })
      yield* add(producer, jobData)
      assert.deepStrictEqual(yield* lifeOf(1), { life: 1, number: 2 })
      yield* until(
        Effect.promise(() => producer.getActiveCount()),
        (active) => active === 0
      )
      yield* Effect.promise(() => producer.client.set(producer.toKey("id"), "0"))
      yield* add(producer, jobData)
      assert.deepStrictEqual(yield* lifeOf(2), { life: 2, number: 1 })

      yield* until(
        Effect.promise(() => producer.getActiveCount()),
        (active) => active === 0
      )
      yield* Effect.promise(() => producer.client.flushall())
      yield* add(producer, jobData)
      assert.deepStrictEqual(yield* lifeOf(3), { life: 3, number: 1 })
    })
  )

  it.effect("does not trust a life that the ledger does not know, nor one whose numbers Redis has not reached", () =>
    Effect.gen(function* () {
      const lives = makeLives()
      lives.highest.set(1, 40)
      const { producer, deliveries, start } = yield* setUp({ lives })
      yield* Effect.promise(() => producer.client.set(`bull:${producer.name}~life`, "1"))
      yield* add(producer, jobData)
      yield* start
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 1
      )
      assert.deepStrictEqual(deliveries[0]?.job.place, { life: 2, number: 1 })
    })
  )

  it.effect("begins a new life for all jobs that wait when the first of them has a number that was counted before", () =>
    Effect.gen(function* () {
      const lives = makeLives()
      lives.highest.set(1, 4)
      lives.taken.add(3)
      const { producer, deliveries, start } = yield* setUp({ lives, concurrency: 4 })
      yield* Effect.promise(() => producer.client.set(`bull:${producer.name}~life`, "1"))
      yield* Effect.promise(() => producer.client.set(producer.toKey("id"), "2"))
      for (let count = 0; count < 4; count++) yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "completed", 4)
      assert.deepStrictEqual(
        deliveries.map(({ job }) => job.place),
        [3, 4, 5, 6].map((number) => ({ life: 2, number }))
      )
    })
  )

  it.effect("begins a new life where its name is no name", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp()
      const life = `bull:${producer.name}~life`
      yield* start
      const spoils: ReadonlyArray<() => Promise<unknown>> = [
        () => producer.client.set(life, "garbage"),
        () => producer.client.set(life, "999999999999999999"),
        async () => {
          await producer.client.del(life)
          await producer.client.lpush(life, "a list")
        }
      ]
      for (const spoil of spoils) {
        const before = deliveries.length
        yield* Effect.promise(spoil)
        yield* add(producer, jobData)
        yield* until(
          Effect.sync(() => deliveries.length),
          (count) => count === before + 1
        )
      }
      assert.deepStrictEqual(
        deliveries.map(({ job }) => job.place),
        [1, 2, 3].map((number) => ({ life: number, number }))
      )
    })
  )

  it.effect("lets running jobs end when it is told to stop, and takes no new ones", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const { producer, deliveries, start, stop } = yield* setUp({
        concurrency: 1,
        handle: (delivery) =>
          Deferred.succeed(begun, undefined).pipe(Effect.andThen(Deferred.await(go)), Effect.as(recordedAs(delivery, updated)))
      })
      yield* add(producer, jobData)
      yield* start
      yield* Deferred.await(begun)
      yield* add(producer, jobData)
      const stopping = yield* Effect.forkChild(stop, { startImmediately: true })
      assert.isTrue(Option.isNone(yield* Effect.timeoutOption(Fiber.join(stopping), "500 millis")))
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.join(stopping)
      const counts = yield* Effect.promise(() => producer.getJobCounts())
      assert.deepInclude(counts, { completed: 1, waiting: 1, active: 0 })
      assert.strictEqual(deliveries.length, 1)
    })
  )

  it.effect("leaves a job that outlives the grace as it is: neither completed nor failed, to be delivered again", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const { producer, start, stop } = yield* setUp({
        grace: "100 millis",
        handle: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)
      })
      yield* add(producer, jobData)
      yield* start
      yield* Deferred.await(begun)
      yield* stop
      const counts = yield* Effect.promise(() => producer.getJobCounts())
      assert.deepInclude(counts, { completed: 0, failed: 0, active: 1 })
    })
  )

  it.effect("ends the job of a bug in the handler as failed, without its message", () =>
    Effect.gen(function* () {
      const { producer, start } = yield* setUp({ handle: () => Effect.die(new Error("secret")) })
      const { id } = yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "failed")
      assert.strictEqual((yield* hashOf(producer, id))["failedReason"], "Defect: unrecorded")
    })
  )

  it.effect("delivers jobs whose ids or marks are made to be in our way", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({ concurrency: 1 })
      yield* add(producer, jobData, { ...kept, jobId: "updateLife" })
      yield* add(producer, jobData, { ...kept, jobId: "bad-marks" })
      const marks = { updateRuns: "x", updatePlace: "-5", stalledCounter: "?" }
      yield* Effect.promise(() => producer.client.hset(producer.toKey("bad-marks"), marks))
      yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "completed", 3)
      assert.deepStrictEqual(
        deliveries.map(({ job, deliveredBefore }) => [job.jobId, job.place.number > 0, deliveredBefore]),
        [
          ["updateLife", true, false],
          ["bad-marks", true, false],
          ["3", true, false]
        ]
      )
    })
  )

  it.effect("does not bring back a job that is gone when it ends", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const { producer, deliveries, start } = yield* setUp({
        handle: (delivery) =>
          Deferred.succeed(begun, undefined).pipe(Effect.andThen(Deferred.await(go)), Effect.as(recordedAs(delivery, failure)))
      })
      yield* add(producer, jobData, { ...kept, jobId: "custom" })
      yield* start
      yield* Deferred.await(begun)
      yield* Effect.promise(() => producer.client.flushall())
      yield* Deferred.succeed(go, undefined)
      yield* add(producer, jobData, { ...kept, jobId: "custom" })
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 2
      )
    })
  )
})
