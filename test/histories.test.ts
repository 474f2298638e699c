import { assert, layer } from "@effect/vitest"
import { Console, Effect, Layer } from "effect"
import { query } from "../src/local/sql.ts"
import { ledgerOn, makeDatabase, readUsers } from "./support/database.ts"
import { serversLayer } from "./support/deployment.ts"
import { type Faults, makeFaults } from "./support/histories/faults.ts"
import { planHistory } from "./support/histories/history.ts"
import { play, type Played, userOf } from "./support/histories/play.ts"
import { openWorld } from "./support/histories/world.ts"

const count = Number(process.env["HISTORIES"] ?? 1000)
const firstSeed = Number(process.env["HISTORIES_SEED"] ?? 20_000)
const worlds = Math.min(count, 20)

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("random histories of jobs", (it) => {
  it.effect(
    `leave each row as the last update that was accepted and not refused (HISTORIES_SEED=${firstSeed})`,
    () =>
      Effect.gen(function* () {
        const { account } = yield* makeDatabase()
        const seeds = Array.from({ length: count }, (_, index) => firstSeed + index)
        const ids = seeds.flatMap((seed) => [0, 1, 2].map((user) => userOf(seed, user)))
        yield* query(account, `INSERT INTO Users VALUES ${ids.map((id) => `('${id}', 'old', 'old', 'old', 'old')`).join(", ")}`)
        const ledger = yield* Layer.build(ledgerOn(account, { lockWaitSeconds: 3 }))

        const playAll = (
          turn: number
        ): Effect.Effect<ReadonlyArray<Played>, never, Effect.Services<ReturnType<typeof openWorld>>> =>
          Effect.gen(function* () {
            let faults: Faults | undefined
            const world = yield* openWorld(ledger, (producer) => (faults = makeFaults(producer)))
            const own = seeds.filter((_, index) => index % worlds === turn)
            return yield* Effect.forEach(own, (seed) => play(world, faults ?? makeFaults(world.producer), planHistory(seed)))
          })
        const played = (yield* Effect.forEach(
          Array.from({ length: worlds }, (_, turn) => turn),
          playAll,
          { concurrency: worlds }
        )).flat()

        const found = new Map((yield* readUsers(account)).map((row) => [row["Id"], row["Name"]]))
        const isInverted = ({ rows }: Played) => [...rows].some(([id, value]) => found.get(id) !== value)
        const inverted = played.filter(isInverted).map(({ seed }) => seed)
        yield* Console.log(`${played.length} histories from seed ${firstSeed}: ${inverted.length} inverted`)
        assert.deepStrictEqual(inverted, [])
        assert.deepStrictEqual(
          played.flatMap(({ misjudged }) => misjudged),
          []
        )
        assert.strictEqual(played.length, count)
      }),
    180_000
  )
})
