import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { type DatabaseAccount, query, type Row } from "../src/local/sql.ts"
import { DatabaseServer } from "./support/database.ts"
import { deploy, serversLayer } from "./support/deployment.ts"
import { jobCells, rowIds, rowOf, tokenOf } from "./support/jobCells.ts"
import { until } from "./support/until.ts"

const patterns = [
  { name: "as a deployment has them", pattern: /^[A-Za-z0-9_-]{1,100}$/u },
  { name: "with quotes and whatever else is visible", pattern: /^[\x21-\x7e]{1,100}$/u }
]

/** The collation that takes most for the same, and a table of ours in which the database itself notes each row that is changed. */
const witness = [
  "ALTER TABLE Users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
  "CREATE TABLE Changes (row_id VARCHAR(100) COLLATE utf8mb4_bin, name VARCHAR(100))",
  "CREATE TRIGGER note_changes AFTER UPDATE ON Users FOR EACH ROW INSERT INTO Changes VALUES (OLD.Id, NEW.Name)"
]

const dump = (account: DatabaseAccount): Effect.Effect<ReadonlyMap<string, string>> =>
  Effect.map(
    Effect.orDie(query(account, "SELECT * FROM Users")),
    (rows) => new Map(rows.map((row) => [text(row["Id"]), JSON.stringify(row)]))
  )

const text = (value: unknown): string => String(value)
const nameOf = (index: number) => `cell ${index}`

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a job", (it) => {
  it.effect.each(patterns)(
    "changes the row that its good token names letter for letter, and no byte of another, with Ids $name",
    ({ pattern }) =>
      Effect.gen(function* () {
        const { account, producer, start } = yield* deploy(rowIds, { USER_ID_PATTERN: pattern.source, LOG_LEVEL: "error" })
        const server = yield* DatabaseServer
        yield* query({ ...server, database: account.database }, witness)
        const before = yield* dump(account)
        assert.sameMembers([...before.keys()], [...rowIds])
        const jobs = jobCells.map((cell, index) => ({
          data: {
            Id: cell.Id,
            Token: tokenOf(cell),
            Phone: "0912345678",
            Password: "stolen",
            Username: nameOf(index),
            Image: "x.jpg"
          },
          opts: { jobId: `job-${index}`, removeOnComplete: true, removeOnFail: true }
        }))
        yield* Effect.promise(() => producer.addBulk(jobs))
        yield* start
        const ended = query(account, "SELECT job_id, tag, user_id FROM update_ledger_outcomes")
        const outcomes = yield* until(ended, ({ length }) => length >= jobs.length)
        const changes = yield* query(account, "SELECT row_id, name FROM Changes")
        const after = yield* dump(account)

        const allowed = new Map(jobCells.map((cell, index) => [nameOf(index), rowOf(cell, pattern)]))
        const reported = new Set(outcomes.filter(isUpdated).map((row) => text(row["job_id"]).replace("job-", "cell ")))
        for (const [name, row] of allowed) assert.strictEqual(reported.has(name), row !== undefined, describe(name))
        for (const row of changes)
          assert.strictEqual(allowed.get(text(row["name"])), row["row_id"], describe(text(row["name"])))
        const owned = new Set([...allowed.values()].filter((row) => row !== undefined))
        assert.sameMembers([...after.keys()], [...rowIds])
        for (const [id, row] of before) assert.strictEqual(after.get(id) === row, !owned.has(id), id)
        assert.isAbove(jobCells.length, 1000)
        assert.isAbove(owned.size, 3)
      }),
    60_000
  )
})

const isUpdated = (row: Row) => row["tag"] === "Updated"

const describe = (name: string) => {
  const { state, subject, Id } = jobCells[Number(name.slice(5))] ?? {}
  return `${name}: ${JSON.stringify({ state, subject, Id })}`
}
