import { randomUUID } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Logger, Option } from "effect"
import * as JobQueueBull from "../../../src/adapters/bull/JobQueueBull.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { type Outcome, updated } from "../../../src/domain/Outcome.ts"
import { type Delivery, JobQueue } from "../../../src/services/JobQueue.ts"
import { Lives } from "../../../src/services/Lives.ts"
import { jobData } from "../../support/deliveries.ts"
import {
  canary,
  contents,
  elsewhere,
  entries,
  type HostileEntry,
  ids,
  inPlaceOfKeys,
  leftIn,
  options
} from "../../support/hostileEntries.ts"
import { makeProducer, redisAddress, RedisServer } from "../../support/redis.ts"
import { until } from "../../support/until.ts"

const isGood = ({ jobId }: Delivery["job"]) => jobId.startsWith("good")
const failure: Outcome = { tag: "InvalidJob", reason: "unreadable" }

/** A ledger of lives that knows of no number: each life that begins is the next one. */
const makeLives = () => {
  let lives = 0
  return Layer.succeed(Lives, {
    begin: () => Effect.sync(() => ++lives),
    isTaken: () => Effect.succeed(false),
    highest: (life) => Effect.sync(() => (life <= lives ? Option.some(0) : Option.none()))
  })
}

/** A worker of one slot on a queue of its own. What it delivers and logs is taken down. */
const setUp = Effect.gen(function* () {
  const name = `Update_User_${randomUUID()}`
  const producer = yield* makeProducer(name)
  const deliveries: Array<Delivery> = []
  const logs: Array<string> = []
  const worker = JobQueueBull.layer({
    redis: yield* redisAddress,
    prefix: "bull",
    name,
    concurrency: 1,
    grace: Duration.seconds(5)
  }).pipe(
    Layer.provide([makeLives(), ReadinessInProcess.layer(["redis", "worker"]), BreakersMock.layer]),
    Layer.provideMerge(Logger.layer([Logger.map(Logger.formatJson, (line) => void logs.push(line))]))
  )
  const start = Effect.gen(function* () {
    const { consume } = Context.get(yield* Layer.build(worker), JobQueue)
    yield* consume((delivery) =>
      Effect.sync(() => {
        deliveries.push(delivery)
        const { identity, jobId, place } = delivery.job
        return { identity, jobId, position: 1, life: place.life, outcome: isGood(delivery.job) ? updated : failure }
      })
    )
  })
  const redis = producer.client
  const key = (id: string) => producer.toKey(id)
  const good = { name: "__default__", data: JSON.stringify(jobData), opts: "{}", timestamp: "1", delay: "0", priority: "0" }
  const addGood = (id: string) =>
    Effect.promise(() => producer.add(jobData, { jobId: id, removeOnComplete: false, removeOnFail: false }))
  return { addGood, deliveries, key, logs, redis, start, place: { redis, key, good } }
})

/** Writes an entry between good jobs, and waits until all are worked and nothing is left that could be delivered. */
const work = Effect.fnUntraced(function* (entry: HostileEntry) {
  const { write, delivered } = entry
  const { addGood, deliveries, key, logs, place, redis, start } = yield* setUp
  const ids = (wanted: boolean) =>
    deliveries
      .map(({ job }) => job)
      .filter((job) => isGood(job) === wanted)
      .map(({ jobId }) => jobId)
  yield* addGood("good 1")
  yield* Effect.promise(() => write(place))
  yield* addGood("good 2")
  yield* start
  yield* addGood("good 3")
  yield* until(leftIn(place), (left) => left.length === 0 && ids(true).length === 3 && ids(false).length >= delivered.length)
  assert.deepStrictEqual(ids(false), delivered)
  assert.deepStrictEqual(ids(true).toSorted(), ["good 1", "good 2", "good 3"])
  for (const id of ids(true)) {
    const hash = yield* Effect.promise(() => redis.hgetall(key(id)))
    assert.notInclude(JSON.stringify(hash), canary)
    assert.hasAllKeys(hash, [
      ...Object.keys(place.good),
      "updateRuns",
      "updateBegun",
      "updatePlace",
      "stalledCounter",
      "processedOn",
      "finishedOn",
      "returnvalue"
    ])
  }
  assert.notInclude(logs.join("\n"), canary)
  assert.notInclude(logs.join("\n"), "ERROR")
  if (entries.includes(entry) && delivered.length === 0) assert.include(logs.join("\n"), "taken out of the queue")
})

layer(RedisServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("between good jobs, what", (it) => {
  const waiting = [...contents, ...options, ...ids, ...entries, ...inPlaceOfKeys]
  it.effect.each(waiting)("$name ends once, and the slot goes on", (entry) => work(entry), {
    timeout: 30_000,
    concurrent: true
  })
})

layer(RedisServer.layer, { excludeTestServices: true, timeout: "60 seconds" })(
  "between good jobs, within a few stalled checks, what",
  (it) => {
    it.effect.each(elsewhere)("$name ends once, and the slot goes on", (entry) => work(entry), {
      timeout: 30_000,
      concurrent: true
    })
  }
)
