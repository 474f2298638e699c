import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readOutcomes } from "./support/database.ts"
import { deploy, hears, job, openPage, serversLayer, startProcess } from "./support/deployment.ts"
import { httpServer } from "./support/localServer.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const bob = "9876543210"
const answer =
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><EncryptResponse xmlns="http://encrypt.com/">` +
  `<EncryptedPhone>QQ==</EncryptedPhone><EncryptedPassword>Qg==</EncryptedPassword></EncryptResponse></soap:Body></soap:Envelope>`

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a job that kills its process", (it) => {
  it.effect(
    "ends after three kills, its user hears it, and it takes no other job with it",
    () =>
      Effect.gen(function* () {
        const kills = { count: 0, besides: [] as Array<number> }
        const running = new Set<unknown>()
        const worker = { kill: () => undefined as unknown }
        const encryption = yield* httpServer((response, { body }) => {
          if (body.includes("poison")) {
            kills.besides.push(running.size)
            worker.kill()
            return void kills.count++
          }
          running.add(response)
          response.on("close", () => running.delete(response))
          setTimeout(() => void response.end(answer), 30)
        })
        const { account, env, hubUrl, producer, startWith } = yield* deploy([ada, bob], {
          PORT_ENCRYPT: encryption.url,
          ENCRYPT_XML: "strict",
          ROLES: "messages,api"
        })
        yield* startWith(env)
        const heard = yield* openPage(hubUrl, bob)
        for (let index = 0; index < 30; index++) {
          const data = yield* index === 8 ? job(bob, { Password: "poison" }) : job(ada, { Username: `Ada ${index}` })
          yield* Effect.promise(() => producer.add(data, { removeOnComplete: true, removeOnFail: true }))
        }
        const workerEnv = { ...env, ROLES: "worker" }
        while (kills.count < 3) {
          const before = kills.count
          const service = yield* startProcess(workerEnv)
          worker.kill = () => service.child.kill("SIGKILL")
          yield* until(
            Effect.sync(() => kills.count),
            (count) => count > before
          )
          yield* service.ended
        }
        yield* startProcess(workerEnv)
        const outcomes = yield* until(readOutcomes(account), ({ length }) => length === 30)
        yield* hears(heard, 1)
        assert.deepInclude(heard[0], { Status: false, Message: "Error processing job" })
        assert.deepStrictEqual(
          outcomes.filter(({ tag }) => tag !== "Updated").map(({ user_id, tag, reason }) => [user_id, tag, reason]),
          [[bob, "Defect", "poison"]]
        )
        assert.strictEqual(kills.count, 3)
        assert.deepStrictEqual(kills.besides.slice(1), [0, 0])
      }),
    120_000
  )
})
