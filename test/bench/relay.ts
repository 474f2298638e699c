import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Redacted } from "effect"
import mysql from "mysql2/promise"
import { version1 } from "../../src/adapters/mysql2/version1.ts"
import { version2 } from "../../src/adapters/mysql2/version2.ts"
import { startDatabase } from "../../src/local/servers.ts"
import { type DatabaseAccount, query } from "../../src/local/sql.ts"

const calls = 300
const users = 500
const rounds = 30
const callers = 20
const toldAtOnce = 100

const values = (identity: string, number: number) =>
  [identity, "x", 1, number, String(number % users), "phone", "password", "name", "image"] as const

/** How an outcome is recorded: as before there were relays, by our own hub's workers, and by a worker that relays and notes it as told. */
const variants = {
  "version 1": { schema: version1, relay: [], procedure: "apply_1(?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  "version 2, own hub": { schema: [...version1, ...version2], relay: [0], procedure: "apply_2(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
  "version 2, relay, told": {
    schema: [...version1, ...version2],
    relay: [7],
    procedure: "apply_2(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
  }
} as const

type Variant = (typeof variants)[keyof typeof variants]

const open = Effect.fnUntraced(function* (account: DatabaseAccount, { schema }: Variant) {
  yield* query(account, [`INSERT INTO Users SELECT seq, '', '', '', '' FROM seq_0_to_${users - 1}`, ...schema])
  return yield* Effect.acquireRelease(
    Effect.sync(() => mysql.createPool({ ...account, password: Redacted.value(account.password), connectionLimit: 10 })),
    (pool) => Effect.promise(() => pool.end())
  )
})

/** Applied updates a second in one round. */
const measure = (pool: mysql.Pool, { relay, procedure }: Variant, round: number) =>
  Effect.promise(async () => {
    const told: Array<string> = []
    let next = round * calls
    const caller = async () => {
      for (let number = next++; number < (round + 1) * calls; number = next++) {
        const identity = number.toString(16).padStart(64, "0")
        await pool.execute(`CALL update_ledger_${procedure}`, [...values(identity, number), ...relay])
        if (relay[0] !== 7 || told.push(identity) < toldAtOnce) continue
        await pool.execute("CALL update_ledger_told_2(?)", [JSON.stringify(told.splice(0))])
      }
    }
    const began = performance.now()
    await Promise.all(Array.from({ length: callers }, caller))
    return calls / ((performance.now() - began) / 1000)
  })

const median = (numbers: ReadonlyArray<number>) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

const bench = Effect.gen(function* () {
  const database = yield* startDatabase()
  const entries = yield* Effect.forEach(Object.entries(variants), ([name, variant]) =>
    Effect.gen(function* () {
      const pool = yield* open(yield* database.createDatabase(), variant)
      return { name, variant, pool, results: [] as Array<number> }
    })
  )
  for (let round = 0; round <= rounds; round++) {
    for (const { variant, pool, results } of entries) {
      const result = yield* measure(pool, variant, round)
      if (round > 0) results.push(result)
    }
  }
  const before = entries[0]?.results ?? []
  for (const { name, results } of entries) {
    const shares = results.map((result, round) => result / (before[round] ?? result))
    const share = Math.round(median(shares) * 100)
    yield* Console.log(`${name}: ${Math.round(median(results))} a second, ${share} % of version 1 in the same round`)
  }
})

NodeRuntime.runMain(Effect.scoped(bench))
