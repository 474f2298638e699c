import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { type DatabaseAccount, query } from "../src/local/sql.ts"
import { DatabaseServer, readOutcomes, readUsers } from "./support/database.ts"
import { deploy, hears, job, openPage, readiness, serversLayer } from "./support/deployment.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const database = "users_of-`today`"
const kept = { removeOnComplete: false, removeOnFail: false }

/** Runs `npm run migrate`'s command to its end. */
const runMigrate = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "../src/migrate.ts"), ...args], {
      env: { PATH: process.env["PATH"], ...env }
    })
    const output = { stdout: "", stderr: "" }
    child.stdout.on("data", (text) => (output.stdout += String(text)))
    child.stderr.on("data", (text) => (output.stderr += String(text)))
    const [code] = await once(child, "close")
    return { ...output, code: code as number | null }
  })

/** Runs a text as somebody pastes it who leaves out the comments. */
const paste = (asRoot: DatabaseAccount, text: string) =>
  Effect.forEach(
    text.split("\n").filter((line) => line.startsWith("GRANT ")),
    (statement) => query(asRoot, statement.replace(/;$/u, ""))
  )

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("an account of least rights", (it) => {
  it.effect(
    "that was given exactly what npm run migrate printed serves: it updates, records failures, replays and prunes",
    () =>
      Effect.gen(function* () {
        const server = yield* DatabaseServer
        yield* server.createDatabase(database)
        const asRoot = { ...server, database }
        yield* query(asRoot, [
          `INSERT INTO Users VALUES ('${ada}', 'old', 'old', 'old', 'old')`,
          "CREATE USER least@'%' IDENTIFIED BY 'least'",
          "CREATE USER migrator@'%' IDENTIFIED BY 'migrator'",
          "GRANT EXECUTE ON PROCEDURE UpdateRecord TO migrator@'%'"
        ])
        const { env, hubUrl, producer, start } = yield* deploy([], {
          MYSQL_DATABASE: database,
          MYSQL_USER: "least",
          MYSQL_PASSWORD: "least",
          MIGRATE: "off"
        })
        const migrator = { ...env, MYSQL_USER: "migrator", MYSQL_PASSWORD: "migrator" }
        const refused = yield* runMigrate(migrator, "least")
        assert.strictEqual(refused.code, 78)
        assert.strictEqual(refused.stdout, "")
        yield* paste(asRoot, refused.stderr)
        const migrated = yield* runMigrate(migrator, "least")
        assert.strictEqual(migrated.code, 0)
        yield* paste(asRoot, migrated.stdout)

        const least: DatabaseAccount = { ...asRoot, user: "least", password: Redacted.make("least") }
        const [usage, ...grants] = (yield* query(least, "SHOW GRANTS")).flatMap((row) => Object.values(row).map(String))
        assert.match(String(usage), /^GRANT USAGE ON \*\.\* TO/u)
        assert.strictEqual(grants.length, migrated.stdout.split("\n").filter((line) => line.startsWith("GRANT")).length)
        for (const grant of grants) assert.match(grant, /^GRANT EXECUTE ON PROCEDURE .*(?:update_ledger_|updaterecord)/iu)
        for (const forbidden of [
          "SELECT * FROM Users",
          "SELECT * FROM update_ledger_outcomes",
          "DELETE FROM Users",
          "CREATE TABLE mine (id INT)",
          "CALL update_ledger_begin_life_1('q', 0, @life)"
        ])
          assert.match((yield* Effect.flip(query(least, forbidden))).message, /DENIED/u, forbidden)

        const first = yield* start
        assert.strictEqual((yield* readiness(env.PORT)).status, 200, first.output())
        const heard = yield* openPage(hubUrl, ada)
        const good = yield* job(ada)
        const { id } = yield* Effect.promise(() => producer.add(good, kept))
        yield* hears(heard, 1)
        yield* Effect.promise(() => producer.add({ ...good, Phone: "call me" }, kept))
        yield* hears(heard, 2)
        yield* until(
          Effect.promise(() => producer.getJobCounts()),
          ({ completed, failed }) => completed === 1 && failed === 1
        )
        yield* Effect.promise(async () => {
          await producer.client.zrem(producer.toKey("completed"), String(id))
          await producer.client.lpush(producer.toKey("wait"), String(id))
        })
        yield* until(
          Effect.promise(() => producer.getJobCounts()),
          ({ completed }) => completed === 1
        )
        assert.deepStrictEqual(
          heard.map(({ Status, Position }) => [Status, Position]),
          [
            [true, 1],
            [false, 2]
          ]
        )
        assert.deepInclude({ ...(yield* readUsers(asRoot))[0] }, { Name: good.Username, Image: good.Image })
        assert.deepStrictEqual(
          (yield* readOutcomes(asRoot)).map(({ tag }) => tag),
          ["Updated", "InvalidJob"]
        )

        first.child.kill("SIGTERM")
        assert.strictEqual(yield* first.ended, 0)
        yield* query(asRoot, "UPDATE update_ledger_outcomes SET ended_at = ended_at - INTERVAL 31 DAY WHERE tag = 'InvalidJob'")
        yield* start
        yield* until(readOutcomes(asRoot), ({ length }) => length === 1)
      }),
    60_000
  )
})
