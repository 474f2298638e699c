import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { deploy, hears, job, openPage, readiness, serversLayer, startProcess } from "./support/deployment.ts"
import { freePort } from "../src/local/ports.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("roles in processes of their own", (it) => {
  it.effect("work together: what a worker announces is heard on the hub of another process, once", () =>
    Effect.gen(function* () {
      const { env, hubUrl, producer } = yield* deploy([ada])
      const workerPort = String(yield* freePort)
      yield* startProcess({ ...env, ROLES: "messages,api" })
      yield* startProcess({ ...env, ROLES: "worker,api", PORT: workerPort })
      const hub = yield* until(readiness(env.PORT), ({ status }) => status === 200)
      const worker = yield* until(readiness(workerPort), ({ status }) => status === 200)
      assert.deepStrictEqual(hub.body, { ready: true, parts: { redis: "ok", mysql: "ok", hub: "ok" } })
      assert.deepStrictEqual(worker.body, { ready: true, parts: { redis: "ok", mysql: "ok", worker: "ok" } })

      const heard = yield* openPage(hubUrl, ada)
      const data = yield* job(ada)
      for (let count = 0; count < 3; count++) yield* Effect.promise(() => producer.add(data))
      yield* hears(heard, 3)
      assert.isTrue(heard.every(({ Status }) => Status))
      assert.deepStrictEqual(new Set(heard.map(({ Position }) => Position)), new Set([1, 2, 3]))
    })
  )
})
