import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readOutcomes, readUsers } from "./support/database.ts"
import { deploy, hears, job, openPage, serversLayer } from "./support/deployment.ts"
import { httpServer } from "./support/localServer.ts"
import { open } from "./support/page.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const answer =
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><EncryptResponse xmlns="http://encrypt.com/">` +
  `<EncryptedPhone>QQ==</EncryptedPhone><EncryptedPassword>Qg==</EncryptedPassword></EncryptResponse></soap:Body></soap:Envelope>`
const kept = { removeOnComplete: false, removeOnFail: false }

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a job that is delivered again", (it) => {
  it.effect(
    "after its worker was killed ends once, and its user hears what is recorded",
    () =>
      Effect.gen(function* () {
        const waiting: Array<() => void> = []
        let holds = true
        const encryption = yield* httpServer((response) => {
          if (holds) waiting.push(() => response.end(answer))
          else response.end(answer)
        })
        const { account, hubUrl, producer, start } = yield* deploy([ada], {
          PORT_ENCRYPT: encryption.url,
          ENCRYPT_XML: "strict"
        })
        const first = yield* start
        const jobs = yield* Effect.forEach(Array.from({ length: 30 }), (_, index) => job(ada, { Username: `Ada ${index}` }))
        for (const data of jobs) yield* Effect.promise(() => producer.add(data, kept))
        yield* until(
          Effect.sync(() => waiting.length),
          (count) => count > 5
        )
        first.child.kill("SIGKILL")
        yield* first.ended
        holds = false
        yield* start
        const heard = yield* openPage(hubUrl, ada)
        yield* until(
          Effect.promise(() => producer.getJobCounts()),
          ({ completed }) => completed === jobs.length
        )
        const runs = yield* Effect.promise(() => producer.client.hget(producer.toKey("1"), "updateRuns"))
        assert.strictEqual(runs, "2")
        const outcomes = yield* readOutcomes(account)
        assert.strictEqual(outcomes.length, jobs.length)
        assert.isTrue(outcomes.every(({ tag }) => tag === "Updated"))
        assert.strictEqual((yield* readUsers(account))[0]?.["Name"], "Ada 29")
        assert.isTrue(heard.every(({ Status }) => Status))
      }),
    60_000
  )

  it.effect(
    "after its outcome was recorded is announced by the same id and position, though its token has expired and its data is gone",
    () =>
      Effect.gen(function* () {
        const { account, hubUrl, producer, start } = yield* deploy([ada])
        yield* start
        const heard = yield* openPage(hubUrl, ada)
        const { id } = yield* Effect.promise(async () =>
          producer.add(await Effect.runPromise(job(ada, {}, { lifetime: 3 })), kept)
        )
        yield* hears(heard, 1)
        yield* until(
          Effect.promise(() => producer.getJobCounts()),
          ({ completed }) => completed === 1
        )
        const before = yield* readUsers(account)
        yield* Effect.promise(async () => {
          await producer.client.zrem(producer.toKey("completed"), String(id))
          await producer.client.lpush(producer.toKey("wait"), String(id))
        })
        yield* until(
          Effect.promise(() => producer.getJobCounts()),
          ({ completed }) => completed === 1
        )
        const anew = yield* open(hubUrl, ada, { after: 0 })
        yield* anew.replayed(1)
        assert.deepStrictEqual(anew.heard, heard)
        assert.strictEqual(heard.length, 1)
        assert.deepInclude(heard[0], { Status: true, Position: 1, JobId: String(id) })
        assert.deepStrictEqual(yield* readUsers(account), before)
        assert.strictEqual((yield* readOutcomes(account)).length, 1)
      }),
    60_000
  )
})
