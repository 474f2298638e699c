import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import { startDatabase, startRedis } from "../../src/local/servers.ts"
import { query, type Account } from "../../src/local/sql.ts"

const withEnvironment = (env: Record<string, string>) =>
  Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env))

const urlOf = ({ user, password, port }: Account) =>
  `mysql://${user}:${encodeURIComponent(Redacted.value(password))}@127.0.0.1:${port}`

const names = (account: Account) => Effect.map(query(account, "SHOW DATABASES"), (rows) => rows.map((row) => row["Database"]))

describe("the way to the servers", () => {
  it.effect("is the programs of this machine with LOCAL_SERVERS=path", () =>
    Effect.gen(function* () {
      const redis = yield* startRedis()
      assert.match(redis.description, /^Redis \(\/.*redis-server\)$/u)
    }).pipe(Effect.scoped, withEnvironment({ LOCAL_SERVERS: "path" }))
  )

  it.effect("is the addresses of the environment where they are set, and leaves those servers as they were", () =>
    Effect.gen(function* () {
      const redis = yield* startRedis().pipe(withEnvironment({}))
      const server = yield* startDatabase().pipe(withEnvironment({}))
      const before = yield* names(server)
      const given = withEnvironment({ LOCAL_REDIS_URL: redis.url, LOCAL_MYSQL_URL: urlOf(server) })
      yield* Effect.gen(function* () {
        assert.strictEqual((yield* startRedis()).url, redis.url)
        const database = yield* (yield* startDatabase()).createDatabase()
        assert.deepStrictEqual(yield* query(database, "SELECT * FROM Users"), [])
        assert.strictEqual((yield* names(server)).length, before.length + 1)
      }).pipe(Effect.scoped, given)
      assert.deepStrictEqual(yield* names(server), before)
    }).pipe(Effect.scoped)
  )

  it.effect("does not let servers that were given by address be stopped", () =>
    Effect.gen(function* () {
      const redis = yield* startRedis().pipe(withEnvironment({}))
      const env = { LOCAL_REDIS_URL: redis.url, LOCAL_MYSQL_URL: "mysql://root@127.0.0.1:1" }
      const given = yield* startRedis().pipe(withEnvironment(env))
      assert.strictEqual((yield* Effect.flip(given.kill())).reason, "notOurs")
      assert.strictEqual((yield* Effect.flip(given.restart)).reason, "notOurs")
    }).pipe(Effect.scoped)
  )

  it.effect.each([
    [{ LOCAL_SERVERS: "paht" }, "LOCAL_SERVERS must be one of url, path, docker, apt, or not be set."],
    [{ LOCAL_SERVERS: "constructor" }, "LOCAL_SERVERS must be one of url, path, docker, apt, or not be set."],
    [{ LOCAL_REDIS_URL: "redis://127.0.0.1:1" }, "LOCAL_MYSQL_URL must be a URL such as"],
    [
      { LOCAL_REDIS_URL: "127.0.0.1", LOCAL_MYSQL_URL: "mysql://root:hush@127.0.0.1:1" },
      "LOCAL_REDIS_URL must be a URL such as"
    ],
    [
      { LOCAL_REDIS_URL: "redis://127.0.0.1:1", LOCAL_MYSQL_URL: "root:hush@127.0.0.1:1" },
      "LOCAL_MYSQL_URL must be a URL such as"
    ],
    [
      { LOCAL_REDIS_URL: "redis://:hush@127.0.0.1:1", LOCAL_MYSQL_URL: "mysql://root:hush@127.0.0.1:1" },
      "Redis at 127.0.0.1:1 does not answer."
    ]
  ] satisfies ReadonlyArray<[Record<string, string>, string]>)(
    "says what is wrong with %j, and tells no password",
    ([env, message]) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.scoped(startRedis()))
        assert.include(error.message, message)
        assert.notInclude(error.message, "hush")
      }).pipe(withEnvironment(env))
  )

  it.effect("is an error that names what each way needs where none is open", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.scoped(startRedis()))
      assert.strictEqual(error.reason, "notFound")
      assert.include(error.message, "set LOCAL_REDIS_URL and LOCAL_MYSQL_URL")
      assert.include(error.message, "LOCAL_REDIS_URL and LOCAL_MYSQL_URL are not set")
    }).pipe(withEnvironment({ LOCAL_SERVERS: "url" }))
  )
})
