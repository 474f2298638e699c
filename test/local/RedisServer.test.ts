import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { askRedis } from "../../src/local/redisCommand.ts"
import { startRedis } from "../../src/local/servers.ts"
import { isListening, isRunning } from "./observe.ts"

const temporary = mkdtempSync(join(tmpdir(), "redis-test-"))
const before = process.env["TMPDIR"]

beforeAll(() => {
  process.env["TMPDIR"] = temporary
})
afterAll(() => {
  if (before === undefined) delete process.env["TMPDIR"]
  else process.env["TMPDIR"] = before
  rmSync(temporary, { recursive: true })
})

describe("a Redis of the local stack", () => {
  it.effect("answers on loopback, forgets nothing by itself and writes no file unless asked", () =>
    Effect.gen(function* () {
      const redis = yield* startRedis()
      assert.strictEqual(redis.url, `redis://127.0.0.1:${redis.port}`)
      assert.strictEqual(yield* askRedis(redis.url, "PING"), "PONG")
      assert.deepStrictEqual(yield* askRedis(redis.url, "CONFIG", "GET", "bind"), ["bind", "127.0.0.1"])
      assert.deepStrictEqual(yield* askRedis(redis.url, "CONFIG", "GET", "maxmemory-policy"), [
        "maxmemory-policy",
        "noeviction"
      ])
      assert.deepStrictEqual(yield* askRedis(redis.url, "CONFIG", "GET", "appendonly"), ["appendonly", "no"])
    }).pipe(Effect.scoped)
  )

  it.effect("has its data again after a kill where it writes the append-only file", () =>
    Effect.gen(function* () {
      const redis = yield* startRedis({ appendOnly: true })
      const first = yield* redis.pid
      yield* askRedis(redis.url, "SET", "kept", "yes")
      yield* redis.kill()
      assert.isFalse(isRunning(first))
      assert.isFalse(yield* isListening(redis.port))
      yield* redis.restart
      assert.notStrictEqual(yield* redis.pid, first)
      assert.strictEqual(yield* askRedis(redis.url, "GET", "kept"), "yes")
    }).pipe(Effect.scoped)
  )

  it.effect("takes further arguments, which win", () =>
    Effect.gen(function* () {
      const redis = yield* startRedis({ args: ["--maxmemory-policy", "allkeys-lru"] })
      assert.deepStrictEqual(yield* askRedis(redis.url, "CONFIG", "GET", "maxmemory-policy"), [
        "maxmemory-policy",
        "allkeys-lru"
      ])
    }).pipe(Effect.scoped)
  )

  it.live("answers nobody while it is paused, and again after", () =>
    Effect.gen(function* () {
      const redis = yield* startRedis()
      yield* redis.pause
      assert.strictEqual((yield* Effect.flip(askRedis(redis.url, "PING"))).reason, "refused")
      yield* redis.resume
      assert.strictEqual(yield* askRedis(redis.url, "PING"), "PONG")
    }).pipe(Effect.scoped)
  )

  it.effect("leaves no process, no port and no folder when its scope closes, restarted or not, paused or not", () =>
    Effect.gen(function* () {
      const plain = yield* Effect.scoped(startRedis())
      const restarted = yield* Effect.scoped(Effect.tap(startRedis(), ({ restart }) => restart))
      const paused = yield* Effect.scoped(Effect.tap(startRedis(), ({ pause }) => pause))
      for (const { pid, port } of [plain, restarted, paused]) {
        assert.isFalse(isRunning(yield* pid))
        assert.isFalse(yield* isListening(port))
      }
      assert.deepStrictEqual(readdirSync(temporary), [])
    })
  )

  it.effect("says why it did not start, in the server's own words, and leaves nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.scoped(startRedis({ args: ["--no-such-option", "1"] })))
      assert.strictEqual(error.reason, "failed")
      assert.include(error.message, "no-such-option")
      assert.deepStrictEqual(readdirSync(temporary), [])
    })
  )
})
