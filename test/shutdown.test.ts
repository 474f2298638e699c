import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { DatabaseServer, readOutcomes } from "./support/database.ts"
import { deploy, job, readiness, serversLayer, startProcess } from "./support/deployment.ts"
import { httpServer } from "./support/localServer.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const answer =
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><EncryptResponse xmlns="http://encrypt.com/">` +
  `<EncryptedPhone>QQ==</EncryptedPhone><EncryptedPassword>Qg==</EncryptedPassword></EncryptResponse></soap:Body></soap:Envelope>`

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("SIGTERM", (it) => {
  it.effect.each(["SIGTERM", "SIGINT"].map((signal) => ({ signal })))(
    "($signal, twice) ends the service with 0 after the running jobs have ended, and takes no new ones",
    ({ signal }) =>
      Effect.gen(function* () {
        const waiting: Array<() => void> = []
        const encryption = yield* httpServer((response) => void waiting.push(() => response.end(answer)))
        const { account, env, producer, start } = yield* deploy([ada], {
          CONCURRENCY: "2",
          PORT_ENCRYPT: encryption.url,
          ENCRYPT_XML: "strict"
        })
        const service = yield* start
        const data = yield* job(ada)
        for (let count = 0; count < 4; count++) yield* Effect.promise(() => producer.add(data, { removeOnComplete: false }))
        yield* until(
          Effect.sync(() => waiting.length),
          (count) => count === 2
        )
        service.child.kill(signal as NodeJS.Signals)
        service.child.kill(signal as NodeJS.Signals)
        yield* until(readiness(env.PORT), ({ status }) => status === 503)
        for (const release of waiting) release()
        assert.strictEqual(yield* service.ended, 0)
        assert.lengthOf(waiting, 2)
        assert.deepInclude(yield* Effect.promise(() => producer.getJobCounts()), { completed: 2, waiting: 2, active: 0 })
        assert.strictEqual((yield* readOutcomes(account)).length, 2)
      }),
    60_000
  )

  it.effect(
    "ends the service at once where it comes again a second later, and what it held is delivered again",
    () =>
      Effect.gen(function* () {
        const waiting: Array<() => void> = []
        const encryption = yield* httpServer((response) => void waiting.push(() => response.end(answer)))
        const { env, producer, start } = yield* deploy([ada], { PORT_ENCRYPT: encryption.url, ENCRYPT_XML: "strict" })
        const service = yield* start
        const data = yield* job(ada)
        yield* Effect.promise(() => producer.add(data, { removeOnComplete: false }))
        yield* until(
          Effect.sync(() => waiting.length),
          (count) => count === 1
        )
        const again = Effect.sync(() => {
          service.child.kill("SIGTERM")
          return service.child.exitCode !== null
        })
        const asked = performance.now()
        yield* until(again, (isOver) => isOver)
        assert.strictEqual(yield* service.ended, 143)
        assert.isAbove(performance.now() - asked, 1000)
        assert.isBelow(performance.now() - asked, 5000)
        assert.strictEqual((yield* readiness(env.PORT)).status, 0)
      }),
    60_000
  )

  it.effect(
    "hands back what outlives SHUTDOWN_GRACE: a peer runs it at once, and nothing is counted against it",
    () =>
      Effect.gen(function* () {
        let isSlow = true
        let asked = 0
        const encryption = yield* httpServer((response) => {
          asked++
          if (!isSlow) response.end(answer)
        })
        const { account, env, producer, start } = yield* deploy([ada], {
          CONCURRENCY: "3",
          PORT_ENCRYPT: encryption.url,
          ENCRYPT_XML: "strict",
          SHUTDOWN_GRACE: "500 ms",
          JOB_DEADLINE: "60 seconds"
        })
        const first = yield* start
        const data = yield* job(ada)
        for (let count = 0; count < 3; count++) yield* Effect.promise(() => producer.add(data, { removeOnComplete: false }))
        yield* until(
          Effect.sync(() => asked),
          (count) => count === 3
        )
        first.child.kill("SIGTERM")
        assert.strictEqual(yield* first.ended, 0)
        assert.deepInclude(yield* Effect.promise(() => producer.getJobCounts()), { waiting: 3, active: 0, failed: 0 })
        isSlow = false
        yield* startProcess({ ...env, ROLES: "worker" })
        const outcomes = yield* until(readOutcomes(account), ({ length }) => length === 3)
        assert.isTrue(outcomes.every(({ tag }) => tag === "Updated"))
        const marks = yield* Effect.promise(() => producer.client.hmget(producer.toKey("1"), "updateRuns", "updateSpared"))
        assert.deepStrictEqual(marks, ["2", "1"])
      }),
    60_000
  )

  it.effect(
    "ends the service with 0 even while MySQL is frozen and a job waits for it",
    () =>
      Effect.gen(function* () {
        const database = yield* DatabaseServer
        const { env, producer, start } = yield* deploy([ada], { SHUTDOWN_GRACE: "1 second" })
        const service = yield* start
        yield* Effect.acquireUseRelease(
          database.pause,
          () =>
            Effect.gen(function* () {
              const data = yield* job(ada)
              yield* Effect.promise(() => producer.add(data, { removeOnComplete: false }))
              yield* until(
                Effect.promise(() => producer.getJobCounts()),
                ({ active }) => active === 1
              )
              service.child.kill("SIGTERM")
              assert.strictEqual(yield* service.ended, 0)
              assert.strictEqual((yield* readiness(env.PORT)).status, 0)
            }),
          () => Effect.orDie(database.resume)
        )
      }),
    60_000
  )
})
