import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { good as encrypted } from "./adapters/soap/answers.ts"
import { readOutcomes, readUsers } from "./support/database.ts"
import { deploy, job, openPage, serversLayer } from "./support/deployment.ts"
import {
  canary,
  contents,
  elsewhere,
  entries,
  type HostileEntry,
  ids,
  inPlaceOfKeys,
  leftIn,
  options
} from "./support/hostileEntries.ts"
import { httpServer } from "./support/localServer.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const waiting = [...contents, ...options, ...ids, ...entries, ...inPlaceOfKeys]
const all = [...waiting, ...elsewhere]
const goodId = (entry: HostileEntry) => `good ${all.indexOf(entry)}`

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("corrupt jobs", (it) => {
  it.effect(
    `each end once, recorded, their users told where that can be known, and the good ones are all done (${all.length} entries)`,
    () =>
      Effect.gen(function* () {
        let isOpen = false
        const encryption = yield* httpServer((response) => response.writeHead(isOpen ? 200 : 503).end(encrypted))
        const { account, hubUrl, producer, start } = yield* deploy([ada], {
          CONCURRENCY: "1",
          LOG_LEVEL: "debug",
          ENCRYPT_XML: "strict",
          PORT_ENCRYPT: encryption.url
        })
        const data = yield* job(ada)
        const good = { name: "__default__", data: JSON.stringify(data), opts: "{}", timestamp: "1", delay: "0", priority: "0" }
        const place = { redis: producer.client, key: (name: string) => producer.toKey(name), good }
        const addGood = (entry: HostileEntry) =>
          Effect.promise(() => producer.add(data, { jobId: goodId(entry), removeOnFail: false }))
        const write = Effect.forEach((entry: HostileEntry) =>
          Effect.andThen(
            Effect.promise(() => entry.write(place)),
            addGood(entry)
          )
        )
        yield* Effect.promise(() => producer.add(data, { jobId: "first, which holds the slot until the page is open" }))
        yield* write(waiting)
        const service = yield* start
        const heard = yield* openPage(hubUrl, ada)
        isOpen = true
        yield* write(elsewhere)
        const delivered = all.filter(({ delivered }) => delivered.length > 0)
        const outcomes = yield* until(readOutcomes(account), (outcomes) => outcomes.length > all.length + delivered.length)
        yield* until(leftIn(place), (left) => left.length === 0)

        const expected = [
          ["first, which holds the slot until the page is open", "Updated"],
          ...all.map((entry) => [goodId(entry), "Updated"]),
          ...delivered.map(({ delivered, ends }) => [String(delivered[0]).slice(0, 255), ends])
        ]
        const found = outcomes.map(({ job_id, tag, reason }) => [
          job_id,
          reason === "" ? tag : `${String(tag)}: ${String(reason)}`
        ])
        assert.deepStrictEqual(found.map(String).toSorted(), expected.map(String).toSorted())
        assert.strictEqual((yield* readOutcomes(account)).length, expected.length)
        const hearing = 1 + all.length + delivered.filter(({ told }) => told).length
        yield* until(
          Effect.sync(() => new Set(heard.map(({ JobId }) => JobId)).size),
          (size) => size >= hearing
        )
        const told = new Set(heard.map(({ JobId }) => JobId))
        for (const entry of delivered) assert.strictEqual(told.has(entry.delivered[0]?.slice(0, 255)), entry.told, entry.name)
        assert.strictEqual(new Set(heard.map(({ NotificationId }) => NotificationId)).size, told.size)
        assert.strictEqual((yield* readUsers(account))[0]?.["Name"], data.Username)
        for (const entry of all) {
          const hash = yield* Effect.promise(() => producer.client.hgetall(producer.toKey(goodId(entry))))
          assert.notProperty(hash, "failedReason")
          assert.notInclude(JSON.stringify(hash), canary)
        }
        assert.notInclude(service.output(), canary)
        assert.notInclude(service.output(), "ERROR")
      }),
    60_000
  )
})
