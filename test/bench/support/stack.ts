import { randomUUID } from "node:crypto"
import Bull from "bull"
import { Effect, Redacted } from "effect"
import { serveEncryptionLiteral } from "../../../src/local/EncryptionLiteral.ts"
import { freePort } from "../../../src/local/ports.ts"
import { findServers } from "../../../src/local/servers.ts"
import { query } from "../../../src/local/sql.ts"
import { issueToken } from "../../../src/local/TokenIssuer.ts"

const secret = Redacted.make("a-secret-of-at-least-thirty-two-bytes")
const mostUsers = 500

/**
 * Redis, a database with durable commits, an encryption service and a token for each user: the neighbours of all that is measured in
 * one run, warm after the first of it. There are 500 users, or as many as `jobs` where those are fewer.
 */
export const startStack = Effect.fnUntraced(function* ({ jobs }: { readonly jobs: number }) {
  const servers = yield* findServers
  const redis = yield* servers.startRedis()
  const database = yield* servers.startDatabase({ args: ["--innodb-flush-log-at-trx-commit=1"] })
  const encryption = yield* serveEncryptionLiteral()
  const tokens = yield* Effect.forEach(Array.from({ length: Math.min(mostUsers, jobs) }), (_, id) =>
    issueToken(secret, String(id))
  )
  return { redis, database, encryption, tokens }
})

/** The neighbours of a run. */
export type Stack = Effect.Success<ReturnType<typeof startStack>>

/** A queue and a database of their own, with its users, for one measurement; `env` is what a worker on them is started with. */
export const makeSite = Effect.fnUntraced(function* ({ redis, database, encryption, tokens }: Stack, concurrency: number) {
  const account = yield* database.createDatabase()
  yield* query(account, `INSERT INTO Users VALUES ${tokens.map((_, id) => `('${id}', '', '', '', '')`).join(", ")}`)
  const queueName = `Update_User_${randomUUID()}`
  const queue = yield* Effect.acquireRelease(
    Effect.sync(() => new Bull(queueName, redis.url)),
    (queue) => Effect.promise(() => queue.close())
  )
  const env = {
    PORT: String(yield* freePort),
    PORT_MESSAGES_USERS: String(yield* freePort),
    REDIS_URL: redis.url,
    QUEUE_NAME: queueName,
    MYSQL_HOST: account.host,
    MYSQL_PORT: String(account.port),
    MYSQL_USER: account.user,
    MYSQL_PASSWORD: Redacted.value(account.password),
    MYSQL_DATABASE: account.database,
    PORT_ENCRYPT: encryption.url,
    JWT_SECRET_KEY: Redacted.value(secret),
    CONCURRENCY: String(concurrency)
  }
  const jobs = tokens.map((Token, id) => ({
    data: { Id: String(id), Token, Phone: "0912345678", Password: "correct horse", Username: "Ada", Image: "profile.jpg" },
    opts: { attempts: 1, removeOnComplete: true, removeOnFail: false }
  }))
  const updated = Effect.map(query(account, "SELECT COUNT(*) AS n FROM Users WHERE Phone <> ''"), ([row]) => Number(row?.["n"]))
  return { env, queue, jobs, tokens, updated }
})

/** What one measurement works on: `jobs` has one for each user, `updated` counts the users whose row was changed. */
export type Site = Effect.Success<ReturnType<typeof makeSite>>
