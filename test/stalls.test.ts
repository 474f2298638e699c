import { assert, layer } from "@effect/vitest"
import Bull from "bull"
import { Effect } from "effect"
import { readOutcomes } from "./support/database.ts"
import { deploy, hears, job, openPage, serversLayer } from "./support/deployment.ts"
import { open } from "./support/page.ts"
import { RedisServer } from "./support/redis.ts"
import * as StandIns from "./support/standIns.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const removed = { removeOnComplete: true, removeOnFail: true }
const kept = { removeOnComplete: false, removeOnFail: false }

/** A worker as others write it. Its Bull fails a job that stalls once, and looks for such jobs as often as it may. */
const openPlain = Effect.fnUntraced(function* (name: string) {
  const { url } = yield* RedisServer
  const settings = { maxStalledCount: 0, stalledInterval: 10, lockDuration: 100 }
  return yield* Effect.acquireRelease(
    Effect.sync(() => new Bull(name, url, { settings })),
    (queue) => Effect.promise(() => queue.close(true))
  )
})

const checkStalls = (plain: Bull.Queue) =>
  Effect.promise(() => (plain as Bull.Queue & { moveUnlockedJobsToWait(): Promise<unknown> }).moveUnlockedJobsToWait())

/** A job that a plain worker took and holds no lock of any more. */
const abandon = Effect.fnUntraced(function* (name: string, producer: Bull.Queue, options: Bull.JobOptions) {
  const plain = yield* openPlain(name)
  const { id } = yield* Effect.promise(async () => producer.add(await Effect.runPromise(job(ada)), options))
  yield* Effect.promise(() => plain.getNextJob())
  yield* until(
    Effect.promise(() => producer.client.exists(`${producer.toKey(String(id))}:lock`)),
    (exists) => exists === 0
  )
  return String(id)
})

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })(
  "a job that a plain Bull worker would fail as stalled",
  (it) => {
    it.effect(
      "ends as it should, where its worker was killed",
      () =>
        Effect.gen(function* () {
          const encryption = yield* StandIns.encryption
          const { account, env, hubUrl, producer, start } = yield* deploy([ada], {
            CONCURRENCY: "2",
            ENCRYPT_XML: "strict",
            PORT_ENCRYPT: encryption.url
          })
          const data = yield* job(ada)
          for (let count = 0; count < 3; count++) yield* Effect.promise(() => producer.add(data, removed))
          encryption.state.isAway = (number) => {
            encryption.state.takes = number === 1 ? 5 : 60_000
            return false
          }
          const first = yield* start
          yield* until(
            Effect.sync(() => encryption.asked.length),
            (count) => count === 3
          )
          first.child.kill("SIGKILL")
          yield* first.ended
          const plain = yield* openPlain(env.QUEUE_NAME)
          yield* until(
            Effect.andThen(
              checkStalls(plain),
              Effect.promise(() => producer.getActiveCount())
            ),
            (active) => active === 0
          )
          encryption.state.isAway = () => false
          encryption.state.takes = 5
          yield* start
          const page = yield* open(hubUrl, ada, { after: 0 })
          yield* page.hears(3)
          assert.deepStrictEqual(page.positions(), [1, 2, 3])
          assert.deepStrictEqual(
            (yield* readOutcomes(account)).map(({ tag }) => tag),
            ["Updated", "Updated", "Updated"]
          )
        }),
      120_000
    )

    it.effect(
      "ends as it should, where the worker that was lost was a plain one too",
      () =>
        Effect.gen(function* () {
          const { env, hubUrl, producer, start } = yield* deploy([ada])
          const id = yield* abandon(env.QUEUE_NAME, producer, removed)
          yield* start
          yield* until(
            Effect.promise(() => producer.client.sismember(producer.toKey("stalled"), id)),
            (isNoticed) => isNoticed === 1
          )
          yield* Effect.promise(() => producer.client.del(producer.toKey("stalled-check")))
          const heard = yield* openPage(hubUrl, ada)
          const plain = yield* openPlain(env.QUEUE_NAME)
          yield* until(
            Effect.andThen(
              checkStalls(plain),
              Effect.sync(() => heard.length)
            ),
            (count) => count === 1
          )
          assert.deepInclude(heard[0], { Status: true, Position: 1 })
        }),
      120_000
    )

    it.effect(
      "ends as it should, where it was failed before a worker of ours came, and keeps no secret",
      () =>
        Effect.gen(function* () {
          const { env, hubUrl, producer, start } = yield* deploy([ada])
          const id = yield* abandon(env.QUEUE_NAME, producer, kept)
          const plain = yield* openPlain(env.QUEUE_NAME)
          yield* until(
            Effect.andThen(
              checkStalls(plain),
              Effect.promise(() => producer.getFailedCount())
            ),
            (failed) => failed === 1
          )
          yield* start
          const heard = yield* openPage(hubUrl, ada)
          yield* hears(heard, 1)
          assert.deepInclude(heard[0], { Status: true, Position: 1, JobId: id })
          const counts = yield* until(
            Effect.promise(() => producer.getJobCounts()),
            ({ completed }) => completed === 1
          )
          assert.strictEqual(counts.failed, 0)
          assert.deepInclude(yield* Effect.promise(() => producer.client.hgetall(producer.toKey(id))), { data: "{}" })
        }),
      120_000
    )

    it.effect(
      "is told once, where it was failed while it ran",
      () =>
        Effect.gen(function* () {
          const encryption = yield* StandIns.encryption
          const { account, hubUrl, producer, start } = yield* deploy([ada], {
            ENCRYPT_XML: "strict",
            PORT_ENCRYPT: encryption.url
          })
          encryption.state.takes = 1000
          yield* start
          const heard = yield* openPage(hubUrl, ada)
          const data = yield* job(ada)
          const added = yield* Effect.promise(() => producer.add(data, removed))
          yield* until(
            Effect.sync(() => encryption.asked.length),
            (count) => count > 0
          )
          yield* Effect.promise(() => added.moveToFailed({ message: "job stalled more than allowable limit" }, true))
          yield* hears(heard, 1)
          assert.deepInclude(heard[0], { Status: true, Position: 1 })
          assert.deepStrictEqual(
            (yield* readOutcomes(account)).map(({ tag }) => tag),
            ["Updated"]
          )
        }),
      120_000
    )
  }
)
