import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readOutcomes, readUsers } from "./support/database.ts"
import { deploy, hears, job, openPage, serversLayer } from "./support/deployment.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const error = { Status: false, Message: "Error processing job" }

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a malformed job", (it) => {
  it.effect(
    "ends once, as failed, its user told where the Id can be read, and the slot goes on",
    () =>
      Effect.gen(function* () {
        const { account, hubUrl, producer, start } = yield* deploy([ada], { CONCURRENCY: "1" })
        const good = yield* job(ada)
        const readable: ReadonlyArray<readonly [string, unknown]> = [
          ["Token", { Id: ada }],
          ["Phone", { ...good, Phone: 1 }],
          ["Password", { ...good, Password: "" }],
          ["Username", { ...good, Username: null }],
          ["Image", { ...good, Image: ["x"] }],
          ["Password", { ...good, Password: undefined }],
          ["__proto__", JSON.parse(`{"__proto__":{"x":1},${JSON.stringify(good).slice(1)}`)],
          ["tooLarge", { ...good, Image: `data:image/png;base64,${"A".repeat(13 * 1024 * 1024)}` }]
        ]
        const unreadable: ReadonlyArray<readonly [string, unknown]> = [
          ["Id", null],
          ["unreadable", 42],
          ["unreadable", [good]],
          ["Id", {}],
          ["Id", { ...good, Id: "no such id" }],
          ["Id", { ...good, Id: 1 }]
        ]
        const all = [...readable, ...unreadable]
        for (const [, data] of all) {
          yield* Effect.promise(() => producer.add(data, { attempts: 3, backoff: 1, timeout: 1, removeOnFail: false }))
        }
        yield* start
        const heard = yield* openPage(hubUrl, ada)
        yield* until(
          Effect.promise(() => producer.getJobCounts()),
          ({ failed }) => failed === all.length
        )
        yield* Effect.promise(() => producer.add(good))
        yield* until(
          Effect.sync(() => heard),
          (heard) => heard.some(({ Status }) => Status)
        )
        const outcomes = yield* readOutcomes(account)
        assert.strictEqual(outcomes.length, all.length + 1)
        assert.strictEqual(outcomes.filter(({ user_id }) => user_id === ada).length, readable.length + 1)
        assert.strictEqual((yield* readUsers(account))[0]?.["Name"], good.Username)
        const failed = yield* Effect.promise(() => producer.getFailed())
        assert.deepStrictEqual(
          failed.toSorted((a, b) => Number(a.id) - Number(b.id)).map(({ data, failedReason }) => [failedReason, data]),
          all.map(([reason]) => [`InvalidJob: ${reason}`, {}])
        )
      }),
    60_000
  )

  it.effect(
    "tells its user the sentence of the contract",
    () =>
      Effect.gen(function* () {
        const { hubUrl, producer, start } = yield* deploy([ada])
        yield* start
        const heard = yield* openPage(hubUrl, ada)
        yield* Effect.promise(() => producer.add({ Id: ada, Phone: 7 }))
        yield* hears(heard, 1)
        const good = yield* job(ada)
        yield* Effect.promise(() => producer.add("constructor", good))
        yield* hears(heard, 2)
        for (const response of heard) assert.deepInclude(response, error)
      }),
    60_000
  )
})
