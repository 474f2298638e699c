import { readFileSync } from "node:fs"
import { parseEnv } from "node:util"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, FileSystem, Layer, Redacted } from "effect"
import { envExample } from "../docs/envExample.ts"
import { readSettings } from "../../src/settings/Settings.ts"
import { variables } from "../../src/settings/variables.ts"
import { makeSealKey } from "../../src/domain/SealKeys.ts"
import { privateKeys, sealKey } from "../support/sealing.ts"

/** The `.env` of today's worker (wire contract 8). */
const existing = {
  PORT: "4008",
  BULL_USERS_HOST: "127.0.0.1",
  BULL_USERS_PORT: "6379",
  MYSQL_HOST: "127.0.0.1",
  MYSQL_PORT: "3306",
  MYSQL_USER: "root",
  MYSQL_PASSWORD: "hunter2-hunter2",
  MYSQL_DATABASE: "app",
  PORT_MESSAGES_USERS: "http://127.0.0.1:4003/",
  PORT_ENCRYPT: "http://127.0.0.1:4005/",
  API_JWT: "http://127.0.0.1:4012"
}

const settingsOf = (env: Record<string, string | undefined>) =>
  readSettings.pipe(
    Effect.provide(
      Layer.mergeAll(
        ConfigProvider.layer(ConfigProvider.fromEnvRecord(env, { preserveEmptyStrings: true })),
        NodeServices.layer
      )
    )
  )

const problemsOf = (env: Record<string, string | undefined>) =>
  Effect.map(Effect.flip(settingsOf(env)), ({ message }) => message)

/** That `.env`, with a key set instead of the token service. */
const on = (url: string) => ({ ...existing, API_JWT: undefined, JWT_JWKS_URL: url })

describe("the settings", () => {
  it.effect("come out of the .env of today's worker as it stands", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf(existing)
      assert.deepStrictEqual(settings.redis, { host: "127.0.0.1", port: 6379, db: 0, tls: false })
      assert.deepStrictEqual(settings.queue, { prefix: "bull", name: "Update_User", concurrency: settings.queue.concurrency })
      assert.deepStrictEqual(settings.hub, { kind: "relay", url: "http://127.0.0.1:4003/" })
      assert.deepStrictEqual(settings.verifier, { kind: "api", url: "http://127.0.0.1:4012" })
      assert.deepInclude(settings.encryption, { url: "http://127.0.0.1:4005/", xml: "auto" })
      assert.strictEqual(Duration.toSeconds(settings.job.deadline), 30)
      assert.deepStrictEqual([...settings.roles], ["worker", "messages", "api"])
    })
  )

  it.effect("name all that is missing in one message, each with an example", () =>
    Effect.gen(function* () {
      const message = yield* problemsOf({})
      for (const name of [
        "MYSQL_HOST",
        "MYSQL_USER",
        "MYSQL_PASSWORD",
        "MYSQL_DATABASE",
        "PORT_MESSAGES_USERS",
        "PORT_ENCRYPT",
        "API_JWT"
      ]) {
        assert.match(message, new RegExp(`${name}.*(?:missing|for example)`, "u"))
      }
      assert.include(message, "npm run demo")
      assert.isAtMost(message.split("\n").length, 24)
    })
  )

  it.effect("name every bad value, what it must be and an example, and never the value", () =>
    Effect.gen(function* () {
      const bad = {
        PORT: "eighty",
        MYSQL_PORT: "70000",
        PORT_ENCRYPT: "ftp://x",
        CONCURRENCY: "0",
        JOB_DEADLINE: "soon",
        ENCRYPT_XML: "maybe",
        ROLES: "worker,cook",
        USER_ID_PATTERN: "(",
        REDIS_URL: "http://user:hunter2@x",
        JWT_SECRET_KEY: "short-hunter2",
        MESSAGES_ANONYMOUS: "yes",
        MESSAGES_ORIGINS: "evil",
        LEDGER_RETENTION: "0"
      }
      const message = yield* problemsOf({ ...existing, ...bad, API_JWT: undefined })
      for (const name of Object.keys(bad)) assert.match(message, new RegExp(`- ${name} .*for example`, "u"), name)
      assert.notInclude(message, "hunter2")
      assert.notInclude(message, "eighty")
    })
  )

  it.effect("refuse a REDIS_URL whose password cannot be decoded, and a deadline of nothing, but let a grace be 0", () =>
    Effect.gen(function* () {
      assert.include(yield* problemsOf({ ...existing, REDIS_URL: "redis://u:p%zz@x" }), "REDIS_URL must be")
      assert.include(yield* problemsOf({ ...existing, JOB_DEADLINE: "0" }), "JOB_DEADLINE must be")
      assert.strictEqual(Duration.toMillis((yield* settingsOf({ ...existing, SHUTDOWN_GRACE: "0" })).grace), 0)
    })
  )

  it.effect("treat an empty variable as not set, but for the password of MySQL", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf({ ...existing, PORT: "", JWT_SECRET_KEY: "", MYSQL_PASSWORD: "" })
      assert.strictEqual(settings.port, 4008)
      assert.strictEqual(Redacted.value(settings.mysql.password), "")
      assert.include(yield* problemsOf({ ...existing, MYSQL_HOST: "" }), "MYSQL_HOST is missing")
    })
  )

  it.effect("demand exactly one way to verify tokens", () =>
    Effect.gen(function* () {
      const secret = "0123456789abcdef0123456789abcdef"
      assert.include(
        yield* problemsOf({ ...existing, API_JWT: undefined }),
        "JWT_SECRET_KEY, JWT_JWKS_URL or API_JWT is missing"
      )
      assert.include(yield* problemsOf({ ...existing, JWT_SECRET_KEY: secret }), "JWT_SECRET_KEY and API_JWT are both set")
      assert.include(
        yield* problemsOf({ ...existing, API_JWT: undefined, JWT_SECRET_KEY: secret.slice(1) }),
        "JWT_SECRET_KEY must have"
      )
      assert.include(
        yield* problemsOf({ ...existing, JWT_SECRET_KEY: secret, JWT_JWKS_URL: "https://x/jwks" }),
        "JWT_SECRET_KEY and JWT_JWKS_URL and API_JWT are all set"
      )
      assert.include(yield* problemsOf({ ...existing, JWT_ISSUER: "me" }), "JWT_ISSUER")
      const settings = yield* settingsOf({ ...existing, API_JWT: undefined, JWT_SECRET_KEY: secret, JWT_AUDIENCE: "us" })
      assert.deepInclude(settings.verifier, { kind: "secret", audience: "us" })
    })
  )

  it.effect("take a key set by https, and by http only in a private network", () =>
    Effect.gen(function* () {
      const { verifier } = yield* settingsOf({ ...on("https://issuer.example/jwks.json"), JWT_ISSUER: "me" })
      assert.deepStrictEqual(verifier, { kind: "jwks", url: "https://issuer.example/jwks.json", issuer: "me" })
      const nearby =
        "127.0.0.1:1 localhost [::1] 10.1.2.3 172.16.0.1 172.31.0.1 192.168.0.1 [fd00::1] issuer issuer.internal a.b.local"
      for (const host of nearby.split(" ")) yield* settingsOf(on(`http://${host}/jwks.json`))
      const far =
        "issuer.example 127.0.0.1.evil 11.0.0.1 172.15.0.1 172.32.0.1 192.169.0.1 169.254.169.254 [fe80::1] [2001:db8::1] 10.evil localhost.evil evil.local.example"
      for (const host of far.split(" "))
        assert.include(yield* problemsOf(on(`http://${host}/jwks.json`)), "JWT_JWKS_URL must begin with https://", host)
    })
  )

  it.effect("take ports for places on this machine, and a port as hub for our own", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf({
        ...existing,
        PORT_ENCRYPT: "4005",
        PORT_MESSAGES_USERS: "4003",
        MESSAGES_ORIGINS: "https://a, https://b/"
      })
      assert.strictEqual(settings.encryption.url, "http://127.0.0.1:4005/")
      assert.deepStrictEqual(settings.hub, { kind: "own", port: 4003, anonymous: false, origins: ["https://a", "https://b"] })
      assert.include(yield* problemsOf({ ...existing, PORT_MESSAGES_USERS: "4008" }), "the same port")
    })
  )

  it.effect("take REDIS_URL apart, and let it win", () =>
    Effect.gen(function* () {
      const { redis } = yield* settingsOf({ ...existing, REDIS_URL: "rediss://me:p%40ss@redis.example:7000/2" })
      assert.deepInclude(redis, { host: "redis.example", port: 7000, username: "me", db: 2, tls: true })
      assert.strictEqual(redis.password && Redacted.value(redis.password), "p@ss")
    })
  )

  it.effect("read durations with and without a unit", () =>
    Effect.gen(function* () {
      const texts = {
        "30 seconds": 30_000,
        "30s": 30_000,
        "500 ms": 500,
        "1500": 1500,
        "2 minutes": 120_000,
        "1.5 hours": 5_400_000,
        "30 days": 2_592_000_000
      }
      for (const [text, millis] of Object.entries(texts)) {
        const { job } = yield* settingsOf({ ...existing, JOB_DEADLINE: text })
        assert.strictEqual(Duration.toMillis(job.deadline), millis, text)
      }
    })
  )

  it.effect("read secrets from files, without the line's end", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const file = yield* files.makeTempFileScoped()
      yield* files.writeFileString(file, "from a file\n")
      const { mysql } = yield* settingsOf({ ...existing, MYSQL_PASSWORD: undefined, MYSQL_PASSWORD_FILE: file })
      assert.strictEqual(Redacted.value(mysql.password), "from a file")
      assert.include(
        yield* problemsOf({ ...existing, MYSQL_PASSWORD_FILE: file }),
        "MYSQL_PASSWORD and MYSQL_PASSWORD_FILE are both set"
      )
      assert.include(
        yield* problemsOf({ ...existing, MYSQL_PASSWORD: undefined, MYSQL_PASSWORD_FILE: "/no/such" }),
        "MYSQL_PASSWORD_FILE"
      )
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("take the private keys of sealed jobs, and none that could not open them", () =>
    Effect.gen(function* () {
      assert.isUndefined((yield* settingsOf(existing)).sealKeys)
      const keys = Redacted.value(privateKeys(makeSealKey(), sealKey))
      const settings = yield* settingsOf({ ...existing, SEAL_PRIVATE_KEYS: keys })
      assert.strictEqual(settings.sealKeys && Redacted.value(settings.sealKeys), keys)
      assert.notInclude(JSON.stringify(settings), Redacted.value(sealKey.d))
      for (const bad of ["hunter2", '{"keys":[]}', keys.replaceAll('"d":"', '"d":"A')]) {
        const message = yield* problemsOf({ ...existing, SEAL_PRIVATE_KEYS: bad })
        assert.include(message, "SEAL_PRIVATE_KEYS must be a JWK Set")
        assert.notInclude(message, bad)
      }
    })
  )

  it.effect("show no secret when they are printed", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf({ ...existing, REDIS_URL: "redis://:hunter2@x" })
      assert.notInclude(JSON.stringify(settings), "hunter2")
    })
  )

  it.effect("anchor the pattern of identifiers", () =>
    Effect.gen(function* () {
      const { job } = yield* settingsOf({ ...existing, USER_ID_PATTERN: "[0-9]{10}|x" })
      assert.isTrue(job.userId.test("1234567890"))
      assert.isFalse(job.userId.test("12345678901"))
      assert.isFalse(job.userId.test("xx"))
    })
  )
})

describe(".env.example", () => {
  const text = readFileSync(new URL("../../.env.example", import.meta.url), "utf8")

  it("is made from the table of variables", () => {
    assert.strictEqual(text, envExample())
  })

  it("has every variable, after one line that says what it is for", () => {
    for (const name of Object.keys(variables)) assert.match(text, new RegExp(`^# .+\n#?${name}=.+$`, "mu"))
  })

  it.effect(
    "is valid as it stands, and with every line in force but those that exclude each other and a key, which must be made",
    () =>
      Effect.gen(function* () {
        yield* settingsOf(parseEnv(text))
        const all = text.replace(/^#(?=[A-Z_]+=)/gmu, "").replace(/^(?:JWT_.*|REDIS_URL=.*|SEAL_.*)$/gmu, "")
        yield* settingsOf(parseEnv(all))
      })
  )
})
