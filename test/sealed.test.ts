import type Bull from "bull"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { makeSealKey, type SealKey } from "../src/domain/SealKeys.ts"
import { sentences } from "../src/domain/Outcome.ts"
import { seal, type SealedFields } from "../src/seal.ts"
import { DatabaseServer, readOutcomes, readUsers } from "./support/database.ts"
import { deploy, hears, job, openPage } from "./support/deployment.ts"
import { findLeaks } from "./support/leaks.ts"
import { RedisServer } from "./support/redis.ts"
import { watchRedis } from "./support/redisSinks.ts"
import { privateKeys, publicOf } from "./support/sealing.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const servers = Layer.mergeAll(RedisServer.layerDurable, DatabaseServer.layer)

const sealed = (fields: SealedFields, key: SealKey) => Effect.promise(() => seal(fields, publicOf(key)))
const variable = (...keys: ReadonlyArray<SealKey>) => ({ SEAL_PRIVATE_KEYS: Redacted.value(privateKeys(...keys)) })

const add = (producer: Bull.Queue, data: unknown) =>
  Effect.promise(() => producer.add(data, { removeOnComplete: false, removeOnFail: false }))

const ended = (producer: Bull.Queue, count: number) =>
  until(
    Effect.promise(() => producer.getJobCounts()),
    ({ completed, failed }) => completed + failed === count
  )

layer(servers, { excludeTestServices: true, timeout: "60 seconds" })("a sealed job", (it) => {
  it.effect(
    "never shows Redis what it carries: in no command, no key, and not in the append-only file, down every path",
    () =>
      Effect.gen(function* () {
        const key = makeSealKey()
        const overrides = { ...variable(key), LOG_LEVEL: "debug", JOB_DEADLINE: "2 seconds" }
        const { account, encryption, producer, start } = yield* deploy([ada], overrides)
        const watch = yield* watchRedis
        const service = yield* start
        const canaries = {
          Phone: "+99 (881) 7766-55",
          Password: "canary-password <&> 🔑",
          Username: "Canary Username",
          Image: "canary-image.jpg"
        }
        const seen = new Set<string>()
        const sampling = yield* Effect.forkChild(
          Effect.forever(
            Effect.andThen(
              Effect.map(watch.keys, (keys) => seen.add(keys.toString("latin1"))),
              Effect.sleep("5 millis")
            )
          )
        )

        const good = yield* job(ada, canaries)
        const expired = yield* job(ada, canaries, { lifetime: -100 })
        const other = yield* job("9999999999", canaries)
        const whole = yield* sealed(good, key)
        const jobs: ReadonlyArray<unknown> = [
          whole,
          yield* sealed(expired, key),
          yield* sealed(other, key),
          yield* sealed({ ...good, Id: "9999999999" }, key),
          yield* sealed({ ...good, Phone: "canary phone" }, key),
          yield* sealed(good, makeSealKey()),
          { ...whole, Id: "9999999999" },
          { ...whole, Sealed: `${whole.Sealed.slice(0, -1)}${whole.Sealed.endsWith("A") ? "Q" : "A"}` },
          { ...whole, Sealed: whole.Sealed.slice(0, -40) }
        ]
        yield* Effect.forEach(jobs, (data) => add(producer, data))
        yield* ended(producer, jobs.length)
        encryption.setFailing(true)
        yield* add(producer, whole)
        yield* ended(producer, jobs.length + 1)
        yield* Fiber.interrupt(sampling)
        assert.deepStrictEqual((yield* readOutcomes(account)).map(({ tag, reason }) => `${tag} ${reason}`).toSorted(), [
          "DbError unknownUser",
          "EncryptionFailed badAnswer",
          "InvalidJob Id",
          "InvalidJob Phone",
          "InvalidJob sealed",
          "InvalidJob sealed",
          "InvalidJob sealed",
          "InvalidToken expired",
          "InvalidToken foreign",
          "Updated "
        ])

        const secrets = {
          ...canaries,
          badPhone: "canary phone",
          token: good.Token,
          expired: expired.Token,
          other: other.Token,
          d: Redacted.value(key.d)
        }
        const sinks = {
          "the commands": Effect.sync(watch.commands),
          "the keys, all the time": Effect.map(watch.keys, (keys) =>
            Buffer.concat([Buffer.from([...seen].join("\n"), "latin1"), keys])
          ),
          "the append-only file": watch.appendOnlyFile,
          "the append-only file after a rewrite": Effect.andThen(watch.rewrite, watch.appendOnlyFile)
        }
        assert.isTrue(watch.commands().includes(whole.Sealed))
        assert.include([...seen].join(), whole.Sealed)
        for (const [sink, read] of Object.entries(sinks)) assert.deepStrictEqual(findLeaks(yield* read, secrets), [], sink)
        assert.deepStrictEqual(findLeaks(Buffer.from(service.output()), secrets), [])
        assert.deepStrictEqual(findLeaks(Buffer.from(JSON.stringify(yield* readOutcomes(account))), secrets), [])
        assert.isFalse((yield* watch.keys).includes(whole.Sealed))

        yield* Effect.promise(() => watch.redis.set("planted", Object.values(secrets).join(" and ")))
        yield* until(Effect.sync(watch.commands), (commands) => commands.includes("planted"))
        for (const [sink, read] of Object.entries(sinks)) {
          const found = (yield* Effect.map(read, (bytes) => findLeaks(bytes, secrets))).filter((leak) =>
            leak.endsWith(" as raw")
          )
          assert.lengthOf(found, Object.keys(secrets).length, sink)
        }
      }),
    60_000
  )

  it.effect(
    "is opened while keys are rotated, and no update is lost; the withdrawn key opens nothing, and the user is told",
    () =>
      Effect.gen(function* () {
        const [old, current] = [makeSealKey(), makeSealKey()]
        const { account, env, hubUrl, producer, startWith } = yield* deploy([ada])
        const sealFor = Effect.fnUntraced(function* (key: SealKey, name: string) {
          return yield* add(producer, yield* sealed(yield* job(ada, { Username: name }), key))
        })
        const add20 = (key: SealKey) =>
          Effect.forEach(
            Array.from({ length: 20 }, (_, n) => `${key.kid} ${n}`),
            (name) => sealFor(key, name)
          )
        const restartWith = Effect.fnUntraced(function* (...keys: ReadonlyArray<SealKey>) {
          return yield* startWith({ ...env, ...variable(...keys) })
        })

        const first = yield* restartWith(old)
        yield* add20(old)
        first.child.kill("SIGTERM")
        yield* first.ended
        const second = yield* restartWith(current, old)
        yield* Effect.all([add20(old), add20(current)], { concurrency: 2 })
        yield* ended(producer, 60)
        second.child.kill("SIGTERM")
        yield* second.ended
        assert.deepStrictEqual([...new Set((yield* readOutcomes(account)).map(({ tag }) => tag))], ["Updated"])

        yield* restartWith(current)
        const heard = yield* openPage(hubUrl, ada)
        yield* hears(heard, 60)
        yield* sealFor(current, "with the new key")
        yield* hears(heard, 61)
        yield* sealFor(old, "with the old key")
        yield* hears(heard, 62)
        assert.deepStrictEqual(
          heard.slice(60).map(({ Message }) => Message),
          [sentences.Updated.Message, sentences.InvalidJob.Message]
        )
        assert.strictEqual((yield* readUsers(account))[0]?.["Name"], "with the new key")
        assert.lengthOf(yield* readOutcomes(account), 62)
      }),
    60_000
  )

  it.effect("is refused where no key is configured, and its user is told, whatever is plain beside it", () =>
    Effect.gen(function* () {
      const { account, hubUrl, producer, start } = yield* deploy([ada])
      yield* start
      const heard = yield* openPage(hubUrl, ada)
      const plain = yield* job(ada)
      yield* add(producer, { ...plain, ...(yield* sealed(plain, makeSealKey())) })
      yield* hears(heard, 1)
      assert.strictEqual(heard[0]?.Message, sentences.InvalidJob.Message)
      assert.deepInclude((yield* readOutcomes(account))[0], { tag: "InvalidJob", reason: "sealed" })
    })
  )
})
