import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { identify } from "../src/domain/identify.ts"
import { query } from "../src/local/sql.ts"
import { DatabaseServer, readOutcomes } from "./support/database.ts"
import { deploy, job } from "./support/deployment.ts"
import { type Forgetting, forgettings } from "./support/forgetting.ts"
import { open } from "./support/page.ts"
import * as StandIns from "./support/standIns.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"

const moments = ["under a running worker", "while its worker was killed"] as const
const cases = Object.entries(forgettings).flatMap(([name, forgetting]) =>
  moments.map((moment) => ({ name, moment, forgetting }))
)

/** Keeps every name that a user ever had, committed with the update itself. */
const traceNames = Effect.fnUntraced(function* (database: string) {
  const server = yield* DatabaseServer
  const asRoot = { ...server, database }
  yield* query(asRoot, [
    "CREATE TABLE trace (Name VARCHAR(100) NOT NULL)",
    "CREATE TRIGGER trace AFTER UPDATE ON Users FOR EACH ROW INSERT INTO trace VALUES (NEW.Name)"
  ])
  return Effect.map(query(asRoot, "SELECT Name FROM trace"), (rows) => new Set(rows.map(({ Name }) => String(Name))))
})

const play = Effect.fnUntraced(function* (moment: (typeof moments)[number], { setAside }: Forgetting) {
  const encryption = yield* StandIns.encryption
  const { account, env, hubUrl, producer, start } = yield* deploy([ada], {
    CONCURRENCY: "1",
    ENCRYPT_XML: "strict",
    PORT_ENCRYPT: encryption.url
  })
  const applied = yield* traceNames(account.database)
  const names = new Map<string, string>()
  const add = Effect.fnUntraced(function* (count: number) {
    const added: Array<string> = []
    for (let index = 0; index < count; index++) {
      const Username = `Ada ${names.size}`
      const data = yield* job(ada, { Username })
      const { id, timestamp } = yield* Effect.promise(() => producer.add(data, { removeOnComplete: true, removeOnFail: true }))
      const identity = identify({ prefix: "bull", name: env.QUEUE_NAME }, String(id), String(timestamp))
      names.set(identity, Username)
      added.push(identity)
    }
    return added
  })
  /** Has Redis count numbers that the ledger never hears of: after it has forgotten, later jobs get them. */
  const skip = Effect.promise(async () => {
    for (let count = 0; count < 6; count++) await (await producer.add({}, { delay: 3_600_000 })).remove()
  })
  const ended = (jobs: ReadonlyArray<string>) =>
    until(readOutcomes(account), (outcomes) => {
      const recorded = new Set(outcomes.map(({ hex }) => String(hex).toLowerCase()))
      return jobs.every((identity) => recorded.has(identity))
    })
  const asked = (more: number) => {
    const before = encryption.asked.length
    return until(
      Effect.sync(() => encryption.asked.length),
      (count) => count >= before + more
    )
  }

  const first = yield* start
  yield* skip
  const page = yield* open(hubUrl, ada, { after: 0 })
  yield* ended(yield* add(3))
  encryption.state.takes = 300
  const inHand = asked(1)
  const known = yield* add(4)
  yield* inHand
  const forget = yield* setAside(producer)
  yield* skip
  encryption.state.takes = 5
  yield* ended([...known, ...(yield* add(3))])

  encryption.state.takes = 300
  const atTheEnd = asked(2)
  yield* add(5)
  yield* atTheEnd
  if (moment === "while its worker was killed") {
    first.child.kill("SIGKILL")
    yield* first.ended
  }
  yield* forget
  encryption.state.takes = 5
  const afterwards = yield* add(3)
  if (moment === "while its worker was killed") yield* start
  afterwards.push(...(yield* add(3)))
  yield* ended(afterwards)
  yield* until(
    Effect.promise(() => producer.getJobCounts()),
    ({ active, waiting }) => active + waiting === 0
  )
  yield* until(
    Effect.sync(() => page.heard.map(({ NotificationId }) => NotificationId)),
    (heard) => afterwards.every((identity) => heard.includes(identity))
  )
  return { afterwards, applied: yield* applied, heard: page.heard, names }
})

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("a Redis that forgets", (it) => {
  it.effect.each(cases)(
    "($name, $moment) has nobody told of an update that was not applied, and later jobs are applied",
    ({ forgetting, moment }) =>
      Effect.gen(function* () {
        const { afterwards, applied, heard, names } = yield* play(moment, forgetting)
        const told = heard.filter(({ Status }) => Status).map(({ NotificationId = "" }) => NotificationId)
        const isApplied = (identity: string) => applied.has(names.get(identity) ?? "")
        assert.deepStrictEqual(
          told.filter((identity) => !isApplied(identity)),
          []
        )
        assert.deepStrictEqual(
          afterwards.filter((identity) => !isApplied(identity)),
          []
        )
        assert.strictEqual(new Set(told).size, told.length)
        assert.isAtLeast(told.length, 16)
      }).pipe(Effect.provide(Layer.fresh(forgetting.redis)), Effect.scoped),
    120_000
  )
})
