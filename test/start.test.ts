import { spawn } from "node:child_process"
import { once } from "node:events"
import { resolve } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { query } from "../src/local/sql.ts"
import { DatabaseServer, readUsers } from "./support/database.ts"
import { isListening } from "./local/observe.ts"
import { deploy, job, readiness, serversLayer, startProcess } from "./support/deployment.ts"
import { httpServer } from "./support/localServer.ts"
import { RedisServer } from "./support/redis.ts"
import { until } from "./support/until.ts"

/** `npm start` in a process group of its own, as a terminal starts it. */
const npmStart = (env: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const npm = spawn("npm", ["start"], {
        cwd: resolve(import.meta.dirname, ".."),
        detached: true,
        stdio: "ignore",
        env: { ...process.env, ...env }
      })
      return { npm, ended: once(npm, "exit") }
    }),
    ({ npm }) => Effect.sync(() => npm.kill("SIGKILL"))
  )

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("npm start", (it) => {
  it.effect("without any configuration says in one screen what is needed, and ends with 78", () =>
    Effect.gen(function* () {
      const service = yield* startProcess({})
      assert.strictEqual(yield* service.ended, 78)
      for (const text of ["MYSQL_HOST", "PORT_ENCRYPT", "API_JWT", ".env.example", "npm run demo"])
        assert.include(service.output(), text)
      assert.isAtMost(service.output().split("\n").length, 24)
    })
  )

  it.effect("says which variable to change where a port is taken, and ends with 78", () =>
    Effect.gen(function* () {
      const other = yield* httpServer((response) => response.end())
      const taken = new URL(other.url).port
      const { env } = yield* deploy([])
      const api = yield* startProcess({ ...env, PORT: taken })
      assert.strictEqual(yield* api.ended, 78)
      assert.include(api.output(), `PORT=${taken}`)
      const hub = yield* startProcess({ ...env, PORT_MESSAGES_USERS: taken })
      assert.strictEqual(yield* hub.ended, 78)
      assert.include(hub.output(), `PORT_MESSAGES_USERS=http://127.0.0.1:${taken}/`)
    })
  )

  it.effect("refuses a database on which updates could not be trusted, and ends with 78", () =>
    Effect.gen(function* () {
      const { account, env } = yield* deploy([])
      yield* query(account, "DROP PROCEDURE UpdateRecord")
      const service = yield* startProcess(env)
      assert.strictEqual(yield* service.ended, 78)
      assert.include(service.output(), "UpdateRecord does not exist")
      assert.deepStrictEqual(yield* readUsers(account), [])
    })
  )

  it.effect("is alive and not ready while Redis and MySQL are not there, and takes jobs as soon as they are", () =>
    Effect.gen(function* () {
      const redis = yield* RedisServer
      const database = yield* DatabaseServer
      const { account, env, producer } = yield* deploy(["1"])
      yield* redis.kill()
      yield* database.kill()
      yield* startProcess(env)
      const { status, body } = yield* until(readiness(env.PORT), ({ status }) => status !== 0)
      assert.strictEqual(status, 503)
      assert.deepInclude(body, { ready: false })
      const live = yield* Effect.promise(() => fetch(`http://127.0.0.1:${env.PORT}/health/live`))
      assert.strictEqual(live.status, 200)

      yield* database.restart
      yield* redis.restart
      yield* until(readiness(env.PORT), ({ status }) => status === 200)
      const data = yield* job("1")
      yield* Effect.promise(() => producer.add(data))
      yield* until(readUsers(account), ([row]) => row?.["Name"] === data.Username)
    })
  )

  it.effect.each([{ whom: "npm alone" }, { whom: "the whole process group" }])(
    "ends when $whom is told to, and leaves nothing",
    ({ whom }) =>
      Effect.gen(function* () {
        const { env } = yield* deploy([])
        const { ended, npm } = yield* npmStart(env)
        yield* until(readiness(env.PORT), ({ status }) => status === 200)
        process.kill(whom === "npm alone" ? (npm.pid ?? 0) : -(npm.pid ?? 0), "SIGTERM")
        yield* Effect.promise(() => ended)
        yield* until(readiness(env.PORT), ({ status }) => status === 0)
        yield* until(isListening(Number(env.PORT_MESSAGES_USERS)), (open) => !open)
      })
  )
})
