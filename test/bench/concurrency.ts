import { NodeRuntime } from "@effect/platform-node"
import Bull from "bull"
import { Console, Effect, Redacted, Schedule } from "effect"
import { serveEncryptionLiteral } from "../../src/local/EncryptionLiteral.ts"
import { freePort } from "../../src/local/ports.ts"
import { findServers } from "../../src/local/servers.ts"
import { startService } from "../../src/local/service.ts"
import { query } from "../../src/local/sql.ts"
import { issueToken } from "../../src/local/TokenIssuer.ts"

const jobs = 4000
const users = 500
const rounds = 3
const levels = [5, 10, 20, 50]
const secret = Redacted.make("a-secret-of-at-least-thirty-two-bytes")

/** Jobs a second of one service process that finds `jobs` jobs waiting, everything else on this machine too. */
const measure = Effect.fnUntraced(function* (concurrency: number) {
  const servers = yield* findServers
  const redis = yield* servers.startRedis()
  const database = yield* servers.startDatabase()
  const account = yield* database.createDatabase()
  const encryption = yield* serveEncryptionLiteral()
  const rows = Array.from({ length: users }, (_, id) => `('${id}', '', '', '', '')`).join(", ")
  yield* query(account, `INSERT INTO Users VALUES ${rows}`)
  const queue = yield* Effect.acquireRelease(
    Effect.sync(() => new Bull("Update_User", redis.url)),
    (queue) => Effect.promise(() => queue.close())
  )
  const tokens = yield* Effect.forEach(Array.from({ length: users }), (_, id) => issueToken(secret, String(id)))
  const data = tokens.map((Token, id) => ({
    Id: String(id),
    Token,
    Phone: "0912345678",
    Password: "correct horse",
    Username: "Ada",
    Image: "profile.jpg"
  }))
  const opts = { attempts: 1, removeOnComplete: true, removeOnFail: true }
  yield* Effect.promise(() => queue.addBulk(Array.from({ length: jobs }, (_, index) => ({ data: data[index % users], opts }))))

  const began = performance.now()
  yield* startService({
    PORT: String(yield* freePort),
    PORT_MESSAGES_USERS: String(yield* freePort),
    REDIS_URL: redis.url,
    MYSQL_HOST: account.host,
    MYSQL_PORT: String(account.port),
    MYSQL_USER: account.user,
    MYSQL_PASSWORD: Redacted.value(account.password),
    MYSQL_DATABASE: account.database,
    PORT_ENCRYPT: encryption.url,
    JWT_SECRET_KEY: Redacted.value(secret),
    CONCURRENCY: String(concurrency)
  })
  const ended = Effect.map(
    query(
      account,
      "SELECT COUNT(*) AS n, TIMESTAMPDIFF(MICROSECOND, MIN(ended_at), MAX(ended_at)) AS t FROM update_ledger_outcomes"
    ),
    ([row]) => row
  )
  const row = yield* Effect.repeat(ended, {
    schedule: Schedule.spaced("50 millis"),
    until: (row) => Number(row?.["n"]) >= jobs
  })
  return { perSecond: Math.round(jobs / (Number(row?.["t"]) / 1e6)), seconds: (performance.now() - began) / 1000 }
}, Effect.scoped)

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const program = Effect.gen(function* () {
  const seen = new Map(levels.map((level) => [level, [] as Array<number>]))
  for (let round = 0; round < rounds; round++) {
    for (const level of levels) seen.get(level)?.push((yield* measure(level)).perSecond)
  }
  yield* Console.log(`CONCURRENCY   jobs/s (median of ${rounds} rounds of ${jobs} jobs, in turns)`)
  for (const [level, values] of seen)
    yield* Console.log(`${String(level).padEnd(13)} ${median(values)}   (${values.join(", ")})`)
})

NodeRuntime.runMain(program)
