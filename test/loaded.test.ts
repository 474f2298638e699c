import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { serveMessagesHub } from "../src/local/MessagesHub.ts"
import { deploy, readiness, serversLayer, startProcess } from "./support/deployment.ts"
import { until } from "./support/until.ts"

const tellModules = pathToFileURL(join(import.meta.dirname, "support/tellModulesMain.ts")).href

/** What costs memory and start time, and is not needed by every process; the last three by none, but for the page when it is asked for. */
const watched = {
  bull: "/node_modules/bull/",
  soap: "/node_modules/soap/",
  undici: "/node_modules/undici/",
  hub: "/node_modules/socket.io/",
  relay: "/node_modules/socket.io-client/",
  api: "/effect/dist/http-api/",
  redisClient: "/node_modules/@redis/client/",
  platformBarrel: "/@effect/platform-node/dist/index.js",
  docsPage: "/httpApiScalar.js"
} as const

/** What a process loaded until it was ready and has ended, asking for these paths in between. */
const loadedBy = Effect.fnUntraced(function* (env: Readonly<Record<string, string>>, paths: ReadonlyArray<string> = []) {
  const { child, ended, output } = yield* startProcess({ ...env, NODE_OPTIONS: `--import=${tellModules}` })
  yield* until(readiness(env["PORT"] ?? ""), ({ status }) => status === 200)
  for (const path of paths) {
    const response = yield* Effect.promise(() => fetch(`http://127.0.0.1:${env["PORT"]}${path}`))
    assert.include(yield* Effect.promise(() => response.text()), "Scalar")
  }
  child.kill("SIGTERM")
  assert.strictEqual(yield* ended, 0)
  const [, list = "[]"] = /^modules: (.*)$/mu.exec(output()) ?? []
  const urls: ReadonlyArray<string> = JSON.parse(list)
  assert.isTrue(urls.some((url) => url.endsWith("/src/App.ts")))
  return Object.entries(watched).flatMap(([name, part]) => (urls.some((url) => url.includes(part)) ? [name] : []))
})

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a process loads only what it runs", (it) => {
  it.effect("all roles: the server of Socket.IO and not its client", () =>
    Effect.gen(function* () {
      const { env } = yield* deploy([])
      assert.deepStrictEqual(yield* loadedBy(env), ["bull", "soap", "undici", "hub", "api"])
    })
  )

  it.effect("with the hub elsewhere: the client of Socket.IO and not its server", () =>
    Effect.gen(function* () {
      const { env } = yield* deploy([])
      const { url } = yield* serveMessagesHub()
      const relay = { ...env, ROLES: "worker,api", PORT_MESSAGES_USERS: url }
      assert.deepStrictEqual(yield* loadedBy(relay), ["bull", "soap", "undici", "relay", "api"])
    })
  )

  it.effect("messages alone: no queue, no SOAP, and no HTTP client where a secret verifies tokens", () =>
    Effect.gen(function* () {
      const { env } = yield* deploy([])
      assert.deepStrictEqual(yield* loadedBy({ ...env, ROLES: "messages,api" }), ["hub", "api"])
    })
  )

  it.effect("the worker alone: nothing of Socket.IO", () =>
    Effect.gen(function* () {
      const { env } = yield* deploy([])
      assert.deepStrictEqual(yield* loadedBy({ ...env, ROLES: "worker,api" }), ["bull", "soap", "undici", "api"])
    })
  )

  it.effect("the page at /docs: its script with the first visit", () =>
    Effect.gen(function* () {
      const { env } = yield* deploy([])
      assert.deepStrictEqual(yield* loadedBy({ ...env, ROLES: "messages,api" }, ["/docs"]), ["hub", "api", "docsPage"])
    })
  )
})
