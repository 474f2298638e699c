import Bull from "bull"
import { Effect, Redacted, type Scope } from "effect"
import { type EncryptionGcm, serveEncryptionGcm } from "../EncryptionGcm.ts"
import { type LocalStackError } from "../LocalStackError.ts"
import { freePort } from "../ports.ts"
import { findServers } from "../servers.ts"
import { startService } from "../service.ts"
import { type DatabaseAccount } from "../sql.ts"
import { issueToken, type TokenOptions } from "../TokenIssuer.ts"
import { item, step } from "./paper.ts"

/** Everything that the demo runs on, up until the scope closes. */
export interface Stack {
  readonly database: DatabaseAccount
  readonly encryption: EncryptionGcm
  readonly hubUrl: string
  readonly apiUrl: string
  readonly redisUrl: string
  readonly queue: Bull.Queue
  readonly issueToken: (id: string, options?: TokenOptions) => Effect.Effect<string>
}

/** Starts Redis, a database, an encryption service, a token issuer and, in a process of its own, the service. */
export const startStack: Effect.Effect<Stack, LocalStackError, Scope.Scope> = Effect.gen(function* () {
  yield* step("Starting what the service needs, on this machine, only for this demo")
  const servers = yield* findServers
  const redis = yield* servers.startRedis()
  yield* item("Redis", `${redis.url}   ${redis.description}`)
  const server = yield* servers.startDatabase()
  const database = yield* server.createDatabase()
  yield* item("database", `mysql://${database.host}:${database.port}/${database.database}   ${server.description}`)
  const encryption = yield* serveEncryptionGcm()
  yield* item("encryption", `${encryption.url}   SOAP 1.1, AES-256-GCM`)
  const secret = Redacted.make(crypto.randomUUID() + crypto.randomUUID())
  yield* item("token issuer", "HS256, a secret made up for this demo")

  const apiPort = String(yield* freePort)
  const hubPort = String(yield* freePort)
  yield* startService({
    PORT: apiPort,
    PORT_MESSAGES_USERS: hubPort,
    REDIS_URL: redis.url,
    MYSQL_HOST: database.host,
    MYSQL_PORT: String(database.port),
    MYSQL_USER: database.user,
    MYSQL_PASSWORD: Redacted.value(database.password),
    MYSQL_DATABASE: database.database,
    PORT_ENCRYPT: encryption.url,
    JWT_SECRET_KEY: Redacted.value(secret),
    API_JWT: ""
  })
  const apiUrl = `http://127.0.0.1:${apiPort}`
  const hubUrl = `http://127.0.0.1:${hubPort}`
  yield* item("the service", `${apiUrl}/health/ready says that it is ready`)
  yield* item("its messages hub", `${hubUrl}   Socket.IO 4`)

  const queue = yield* Effect.acquireRelease(
    Effect.sync(() => new Bull("Update_User", redis.url)),
    (queue) => Effect.promise(() => queue.close())
  )
  return {
    database,
    encryption,
    hubUrl,
    apiUrl,
    redisUrl: redis.url,
    queue,
    issueToken: (id, options) => issueToken(secret, id, options)
  }
})
