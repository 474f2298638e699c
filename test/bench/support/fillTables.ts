import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { run } from "../../../src/local/processes.ts"
import { type DatabaseAccount, query } from "../../../src/local/sql.ts"

const step = 1_000_000

/** Fills `Users` with this many users, `0000000000` and so on, whose columns are empty. */
export const makeUsers = (account: DatabaseAccount, count: number) =>
  insert(account, count, "Users", `LPAD(n, 10, '0'), '', '', '', ''`)

/** Brings the ledger into being, as `npm run migrate` does. */
export const migrate = (env: Readonly<Record<string, string>>) =>
  run({
    name: "migrate",
    file: process.execPath,
    args: [fileURLToPath(new URL("../../../src/migrate.ts", import.meta.url))],
    env
  })

/**
 * Fills the ledger with this many outcomes of the last 29 days, told, `each` of one user; `makeUsers` names the users. Identities lie as
 * evenly as digests do, but in ascending order, so that a million rows take seconds. The ledger has been migrated.
 */
export const makeOutcomes = Effect.fnUntraced(function* (account: DatabaseAccount, count: number, each: number) {
  yield* query(account, "INSERT IGNORE INTO update_ledger_lives (life, queue, began_at) VALUES (1, 'bench', UTC_TIMESTAMP(3))")
  yield* insert(account, Math.ceil(count / each), "update_ledger_users", `LPAD(n, 10, '0'), ${each}, 1, (n + 1) * ${each} - 1`)
  const stride = ((2n ** 64n - 1n) / BigInt(Math.max(1, count))).toString()
  const endedAt = `UTC_TIMESTAMP(3) - INTERVAL ${29 * 86_400} SECOND + INTERVAL FLOOR(n * ${(29 * 86_400) / count}) SECOND`
  yield* insert(
    account,
    count,
    `update_ledger_outcomes
      (user_id, position, identity, life, number, job_id, tag, reason, superseded, ended_at, delivered_at, relay)`,
    `LPAD(n DIV ${each}, 10, '0'), n MOD ${each} + 1, UNHEX(RPAD(LPAD(HEX(CAST(n AS UNSIGNED) * ${stride}), 16, '0'), 64, '5')), 1, n, n, 'Updated', '', 0,
     ${endedAt}, ${endedAt}, 1`
  )
})

/** Inserts one row for each `n` below `count`, in ascending order. */
const insert = Effect.fnUntraced(function* (account: DatabaseAccount, count: number, into: string, values: string) {
  yield* query(account, [
    "CREATE TABLE IF NOT EXISTS bench_thousand (n INT PRIMARY KEY)",
    `INSERT IGNORE INTO bench_thousand
       WITH RECURSIVE counted AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM counted WHERE n < 999) SELECT n FROM counted`
  ])
  for (let from = 0; from < count; from += step)
    yield* query(
      account,
      `INSERT INTO ${into} SELECT ${values} FROM
         (SELECT ${from} + a.n * 1000 + b.n AS n FROM bench_thousand a CROSS JOIN bench_thousand b
          WHERE a.n * 1000 + b.n < ${Math.min(step, count - from)} ORDER BY a.n, b.n LIMIT ${step}) counted`
    )
})
