import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readOutcomes } from "./support/database.ts"
import { deploy, job, serversLayer } from "./support/deployment.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"

/** Each value as it is, and in the encodings in which it could hide. */
const disguises = (value: string) => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString("hex"),
  ...[0, 1, 2].map((offset) =>
    Buffer.from("x".repeat(offset) + value)
      .toString("base64")
      .slice(4, -4)
  )
]

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("what a job carries", (it) => {
  it.effect(
    "is in no log line, no outcome and no failed job, down every path, with all log levels on",
    () =>
      Effect.gen(function* () {
        const { account, encryption, env, producer, start } = yield* deploy([ada], {
          LOG_LEVEL: "debug",
          JOB_DEADLINE: "2 seconds"
        })
        const service = yield* start
        const canaries = {
          Phone: "+99 (881) 7766-55",
          Password: "canary-password <&> 🔑",
          Username: "Canary Username",
          Image: "canary-image.jpg"
        }
        const good = yield* job(ada, canaries)
        const expired = yield* job(ada, canaries, { lifetime: -100 })
        const jobs: ReadonlyArray<unknown> = [
          good,
          expired,
          { ...good, Id: "9999999999" },
          yield* job("9999999999", canaries),
          { ...good, Phone: "canary phone" },
          { ...good, Image: ["canary-image.jpg"] },
          [good],
          { ...good, Token: `${good.Token}x` }
        ]
        const add = (data: unknown) =>
          Effect.promise(() => producer.add(data, { removeOnComplete: false, removeOnFail: false }))
        yield* Effect.forEach(jobs, add)
        const ended = (count: number) =>
          until(
            Effect.promise(() => producer.getJobCounts()),
            ({ completed, failed }) => completed + failed === count
          )
        yield* ended(jobs.length)
        encryption.setFailing(true)
        yield* add(good)
        yield* ended(jobs.length + 1)
        const corrupt = yield* add(good)
        yield* Effect.promise(() =>
          producer.client.hset(producer.toKey(String(corrupt.id)), "data", `{"Password":"${canaries.Password}`)
        )
        yield* ended(jobs.length + 2)

        const keys = yield* Effect.promise(() => producer.client.keys(producer.toKey("*")))
        const hashes = yield* Effect.forEach(keys, (key) =>
          Effect.promise(async () =>
            (await producer.client.type(key)) === "hash" ? JSON.stringify(await producer.client.hgetall(key)) : ""
          )
        )
        const sinks = {
          logs: service.output(),
          redis: hashes.join("\n"),
          ledger: JSON.stringify(yield* readOutcomes(account))
        }
        assert.include(sinks.logs, "DbError")
        const secrets = [...Object.values(canaries), good.Token, expired.Token, env.JWT_SECRET_KEY, env.MYSQL_PASSWORD]
        for (const [sink, text] of Object.entries(sinks)) {
          for (const secret of secrets) {
            for (const disguise of disguises(secret)) assert.isFalse(text.includes(disguise), `${disguise} in ${sink}`)
          }
        }
        assert.notInclude(sinks.logs, ada)
      }),
    60_000
  )

  it("would be found in each disguise", () => {
    const value = "canary-password"
    for (const text of [value, Buffer.from(`xx${value}`).toString("base64"), Buffer.from(value).toString("hex")]) {
      assert.isTrue(disguises(value).some((disguise) => text.includes(disguise)))
    }
  })
})
