import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import Bull from "bull"
import { Context, Effect, Layer, Redacted } from "effect"
import { freePort } from "../../src/local/ports.ts"
import { query } from "../../src/local/sql.ts"
import { issueToken } from "../../src/local/TokenIssuer.ts"
import packageJson from "../../package.json" with { type: "json" }
import { io } from "socket.io-client"
import { readiness } from "../support/deployment.ts"
import { until } from "../support/until.ts"
import { compose } from "./compose.ts"
import { healthCheck, startContainer } from "./container.ts"
import { buildImage } from "./image.ts"
import { makeSecrets, startComposeDatabase, startComposeRedis } from "./neighbours.ts"

const user = "1234567890"

/** The services of docker-compose.yml on this machine, without an engine; the neighbours are up, the ledger is not there yet. */
const prepare = Effect.gen(function* () {
  const image = yield* buildImage
  const secrets = yield* makeSecrets
  const redis = yield* startComposeRedis(secrets)
  const database = yield* startComposeDatabase(secrets)
  const encryptionPort = String(yield* freePort)
  const environment = {
    PORT: String(yield* freePort),
    PORT_MESSAGES_USERS: String(yield* freePort),
    PORT_ENCRYPT: `http://127.0.0.1:${encryptionPort}/`,
    REDIS_URL_FILE: redis.urlFile,
    MYSQL_HOST: database.host,
    MYSQL_PORT: String(database.port)
  }
  const start = (name: "encryption" | "migrate" | "service", command?: ReadonlyArray<string>) =>
    startContainer(image, compose.services[name], {
      secrets: secrets.folder,
      environment: name === "encryption" ? { PORT: encryptionPort } : environment,
      ...(command === undefined ? {} : { command })
    })
  /** Runs the health check of a service, as its container would: 0 is well. */
  const health = (name: "encryption" | "service") =>
    Effect.scoped(Effect.flatMap(start(name, healthCheck(compose.services[name])), ({ ended }) => ended))
  return { image, secrets, redis, database, environment, start, health }
})

class Deployment extends Context.Service<Deployment, Effect.Success<typeof prepare>>()("test/Deployment") {
  static readonly layer = Layer.effect(Deployment, prepare)
}

/** A user's page on the hub, connected, and the sentences that it hears. */
const openPage = (url: string, token: string) =>
  Effect.gen(function* () {
    const page = yield* Effect.acquireRelease(
      Effect.sync(() => io(url, { auth: { token }, forceNew: true })),
      (page) => Effect.sync(() => page.disconnect())
    )
    const heard: Array<string> = []
    page.on("Profile_Response", ({ Message }: { readonly Message: string }) => void heard.push(Message))
    yield* Effect.callback<void>((resume) => void page.on("connect", () => resume(Effect.void)))
    return heard
  })

layer(Deployment.layer, { timeout: "5 minutes", excludeTestServices: true })("the image, made and run by hand", (it) => {
  it.effect("holds what is needed at run time and nothing else", () =>
    Effect.gen(function* () {
      const { image } = yield* Deployment
      const app = join(image.root("service"), "app")
      assert.sameMembers(readdirSync(app), ["README.md", "dist", "node_modules", "package.json"])
      assert.isFalse(existsSync(join(app, "dist/local")))
      const { devDependencies } = packageJson
      assert.deepStrictEqual(
        Object.keys(devDependencies).filter((name) => existsSync(join(app, "node_modules", name))),
        ["@types/node"]
      )
      assert.isFalse(existsSync(join(app, "node_modules/.bin/node")))
    })
  )

  it.effect(
    "migrates with one account, then serves with one that may only call procedures",
    () =>
      Effect.gen(function* () {
        const { database, environment, health, redis, secrets, start } = yield* Deployment
        yield* query(database.root, "INSERT INTO Users VALUES (?, 'old', 'old', 'old', 'old')", [user])
        assert.strictEqual(yield* health("service"), 1)
        yield* start("encryption")
        yield* until(health("encryption"), (code) => code === 0)
        const early = yield* start("service")
        assert.strictEqual(yield* early.ended, 78)
        assert.include(early.output(), "migrate")

        const migrate = yield* start("migrate")
        assert.strictEqual(yield* migrate.ended, 0, migrate.output())
        const service = yield* start("service")
        yield* until(readiness(environment.PORT), ({ status }) => status === 200 || service.child.exitCode !== null)
        assert.strictEqual(yield* health("service"), 0, service.output())

        const Token = yield* issueToken(Redacted.make(secrets.read("jwt_secret_key")), user)
        const heard = yield* openPage(`http://127.0.0.1:${environment.PORT_MESSAGES_USERS}`, Token)
        const producer = yield* Effect.acquireRelease(
          Effect.sync(() => new Bull("Update_User", redis.url)),
          (queue) => Effect.promise(() => queue.close())
        )
        const job = { Id: user, Token, Phone: "0912345678", Password: "correct horse", Username: "Ada", Image: "profile.jpg" }
        yield* Effect.promise(() => producer.add(job))
        yield* until(
          Effect.sync(() => heard.length),
          (length) => length > 0
        )
        assert.deepStrictEqual(heard, ["User updated successfully"])
        assert.strictEqual((yield* query(database.root, "SELECT Name FROM Users"))[0]?.["Name"], "Ada")

        for (const sql of ["SELECT * FROM Users", "SELECT * FROM update_ledger_outcomes", "CREATE TABLE t (i INT)"]) {
          assert.isTrue(yield* Effect.isFailure(query(database.account("service"), sql)), sql)
        }
        service.child.kill("SIGTERM")
        assert.strictEqual(yield* service.ended, 0, service.output())
      }),
    60_000
  )
})
