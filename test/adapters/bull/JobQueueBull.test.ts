import { assert, layer } from "@effect/vitest"
import type Bull from "bull"
import { Context, Deferred, Effect, Layer, Logger, Option } from "effect"
import * as BreakersInProcess from "../../../src/adapters/process/BreakersInProcess.ts"
import { Breakers } from "../../../src/services/Breakers.ts"
import { Lives } from "../../../src/services/Lives.ts"
import { jobData } from "../../support/deliveries.ts"
import { RedisServer } from "../../support/redis.ts"
import { until } from "../../support/until.ts"
import { failure, recordedAs } from "../../services/jobQueue/QueueUnderTest.ts"
import { jobQueueConformance } from "../../services/jobQueueConformance.ts"
import { hashOf, kept, makeLives, makeQueue, setUp } from "./bullQueue.ts"

const finished = (producer: Bull.Queue, type: "completed" | "failed", count = 1) =>
  until(
    Effect.promise(() => producer.getJobCounts()),
    (counts) => counts[type] >= count
  )

const add = (producer: Bull.Queue, data: unknown, options: Bull.JobOptions = kept) =>
  Effect.promise(() => producer.add(data, options))

/** A queue that has counted some jobs in its first life. */
const beganLife = ({ client, name }: Bull.Queue, counted: number) =>
  Effect.promise(async () => {
    await client.mset({ [`bull:${name}~life`]: "1", [`bull:${name}:id`]: String(counted) })
    await client.hset(`bull:${name}:meta`, { updateLife: "1", updateHighest: String(counted) })
  })

layer(RedisServer.layer, { excludeTestServices: true, timeout: "60 seconds", concurrent: true })("the queue on Redis", (it) =>
  jobQueueConformance({ effect: it.effect, makeQueue })
)

layer(RedisServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("a Bull queue", (it) => {
  it.effect("leaves of a job that ended what its producer may read, and nothing that it carried", () =>
    Effect.gen(function* () {
      const { producer, start } = yield* setUp()
      const { id, timestamp } = yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "completed")
      const hash = yield* hashOf(producer, id)
      assert.deepInclude(hash, { data: "{}", timestamp: String(timestamp), returnvalue: "null" })
      assert.notInclude(JSON.stringify(hash), jobData.Password)
    })
  )

  it.effect("takes no jobs while a breaker is open for longer than a second, and hands back those that it has not begun", () =>
    Effect.gen(function* () {
      const breakers = yield* Layer.build(BreakersInProcess.layer)
      const guard = yield* Context.get(breakers, Breakers).guard("encryption", {
        whyAway: (error: string) => error,
        probe: Effect.never
      })
      const { producer, deliveries, start } = yield* setUp({ breakers: Layer.succeedContext(breakers), concurrency: 2 })
      yield* start
      yield* Effect.exit(guard(Effect.fail("away")))
      for (let count = 0; count < 5; count++) yield* add(producer, jobData)
      yield* until(
        Effect.promise(() => producer.getJobCounts()),
        ({ active }) => active === 2
      )
      yield* until(
        Effect.promise(() => producer.getJobCounts()),
        ({ active, waiting }) => active === 0 && waiting === 5
      )
      assert.strictEqual(deliveries.length, 0)
      yield* guard(Effect.void)
      yield* finished(producer, "completed", 5)
      assert.deepStrictEqual(
        deliveries.map(({ lostRuns }) => lostRuns),
        [0, 0, 0, 0, 0]
      )
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("blames no job for an outage of Redis that this process outlived, and each job for a kill of its process", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({ handle: () => Effect.never })
      const { id } = yield* add(producer, jobData)
      yield* start
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 1
      )
      const killed = yield* hashOf(producer, id)
      yield* Effect.promise(() => producer.client.client("KILL", "TYPE", "normal", "SKIPME", "yes"))
      const spared = yield* until(hashOf(producer, id), ({ updateSpared }) => updateSpared !== undefined)
      assert.deepInclude(killed, { updateRuns: "1", updateBegun: "1" })
      assert.deepInclude(spared, { updateRuns: "1", updateBegun: "1", updateSpared: "1" })
    })
  )

  it.effect("blames no job that is handed back before it has its place", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const begin = () => Effect.andThen(Deferred.succeed(asked, undefined), Effect.never)
      const silent = { begin, isTaken: () => Effect.succeed(false), highest: () => Effect.succeed(Option.none()) }
      const lives = { ...makeLives(), layer: Layer.succeed(Lives, silent) }
      const { producer, start } = yield* setUp({ lives, grace: 500 })
      const { id } = yield* add(producer, jobData)
      const stop = yield* start
      yield* Deferred.await(asked)
      yield* stop
      const { updateBegun, updateSpared } = yield* hashOf(producer, id)
      assert.deepStrictEqual([updateBegun, updateSpared], [undefined, undefined])
    })
  )

  it.effect("counts a run that ended without a word, and not one that waits for its turn", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({ handle: () => Effect.never, concurrency: 3 })
      const ids = yield* Effect.forEach([1, 2], () => Effect.map(add(producer, jobData), ({ id }) => String(id)))
      for (const id of ids)
        yield* Effect.promise(() => producer.client.hset(producer.toKey(id), { updateRuns: 1, updateBegun: 1 }))
      yield* start
      const hashes = yield* until(
        Effect.all(ids.map((id) => hashOf(producer, id))),
        (hashes) => hashes.every(({ updateRuns }) => updateRuns === "2") && deliveries.length === 1
      )
      assert.deepStrictEqual(hashes.map(({ updateBegun }) => updateBegun).toSorted(), ["1", "2"])
      assert.strictEqual(deliveries[0]?.lostRuns, 1)
    })
  )

  it.effect.each(["abc", "1e5", "9223372036854775807"])("places a custom id nowhere where Bull's counter is %s", (counter) =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({ concurrency: 1 })
      yield* add(producer, jobData, { ...kept, jobId: "custom" })
      yield* Effect.promise(() => producer.client.set(producer.toKey("id"), counter))
      yield* start
      yield* finished(producer, "completed")
      assert.strictEqual(deliveries[0]?.job.place.number, 0)
    })
  )

  it.effect("takes what waits without a hash for no job with a place: it begins no life, and takes no number", () =>
    Effect.gen(function* () {
      const lives = makeLives()
      const { producer, deliveries, start } = yield* setUp({ lives, concurrency: 1 })
      for (let count = 0; count < 3; count++) yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "completed", 3)
      lives.highest.set(1, 3)
      lives.taken.add(2)
      yield* Effect.promise(() => producer.client.del(producer.toKey("2")))
      yield* Effect.promise(() => producer.client.lpush(producer.toKey("wait"), "2"))
      yield* until(
        Effect.sync(() => deliveries.length),
        (count) => count === 4
      )
      assert.deepStrictEqual(deliveries[3]?.job.place, { life: 1, number: 0 })
      assert.strictEqual(lives.highest.size, 1)
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

  it.effect("ends a failure when its handler ends, its reason for a stack trace, whatever the producer's options", () =>
    Effect.gen(function* () {
      const { producer, start } = yield* setUp({
        handle: (delivery) => Effect.delay(Effect.succeed(recordedAs(delivery, failure)), "300 millis")
      })
      const { id } = yield* add(producer, jobData, { ...kept, attempts: 5, backoff: 10, timeout: 50 })
      yield* start
      yield* finished(producer, "failed")
      const hash = yield* hashOf(producer, id)
      assert.deepInclude(hash, { failedReason: "DbError: unknownUser", stacktrace: JSON.stringify(["DbError: unknownUser"]) })
    })
  )

  it.effect("keeps nothing of a job whose options nobody can parse, and goes on", () =>
    Effect.gen(function* () {
      const { producer, deliveries, start } = yield* setUp({ concurrency: 1 })
      const corrupt = yield* add(producer, jobData)
      yield* add(producer, jobData)
      yield* Effect.promise(() => producer.client.hset(producer.toKey(String(corrupt.id)), "opts", "{"))
      yield* start
      yield* finished(producer, "completed")
      assert.deepStrictEqual(
        deliveries.map(({ data }) => data),
        [JSON.stringify(jobData), JSON.stringify(jobData)]
      )
      assert.deepStrictEqual({ ...(yield* hashOf(producer, corrupt.id)) }, {})
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
      yield* beganLife(producer, 0)
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
      yield* beganLife(producer, 2)
      for (let count = 0; count < 4; count++) yield* add(producer, jobData)
      yield* start
      yield* finished(producer, "completed", 4)
      assert.deepStrictEqual(
        deliveries.map(({ job }) => job.place),
        [3, 4, 5, 6].map((number) => ({ life: 2, number }))
      )
    })
  )

  it.effect(
    "begins a new life when the queue was obliterated under it, though all its numbers are beyond those it has seen",
    () =>
      Effect.gen(function* () {
        const { producer, deliveries, start } = yield* setUp()
        yield* add(producer, jobData)
        yield* start
        yield* finished(producer, "completed")
        yield* Effect.promise(async () => {
          await producer.pause()
          await producer.obliterate({ force: true })
          await producer.add(jobData, kept)
          await producer.add(jobData, kept)
          await producer.resume()
        })
        yield* finished(producer, "completed", 2)
        assert.deepStrictEqual(
          deliveries.map(({ job }) => job.place),
          [
            { life: 1, number: 1 },
            { life: 2, number: 1 },
            { life: 2, number: 2 }
          ]
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
