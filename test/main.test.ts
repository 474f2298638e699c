import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { io } from "socket.io-client"
import { serveEncryptionLiteral } from "../src/local/EncryptionLiteral.ts"
import { serveMessagesHub } from "../src/local/MessagesHub.ts"
import { freePort } from "../src/local/ports.ts"
import { startService } from "../src/local/service.ts"
import { query } from "../src/local/sql.ts"
import { serveTokenApi } from "../src/local/TokenApi.ts"
import { type TokenOptions } from "../src/local/TokenIssuer.ts"
import { DatabaseServer, makeDatabase, readOutcomes, readUsers } from "./support/database.ts"
import { job as makeJob, secret } from "./support/deployment.ts"
import { makeProducer, RedisServer } from "./support/redis.ts"
import { until } from "./support/until.ts"

const producerOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true }

interface Heard {
  readonly Status: boolean
  readonly Message: string
}

/** A page: joins the user's room on the hub that is there today and keeps what it hears. */
const openPage = (url: string, id: string): Effect.Effect<ReadonlyArray<Heard>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const heard: Array<Heard> = []
    const page = yield* Effect.acquireRelease(
      Effect.sync(() => io(url)),
      (page) => Effect.sync(() => page.disconnect())
    )
    page.on("Profile_Response", (response: Heard) => void heard.push(response))
    yield* Effect.callback<void>((resume) => {
      page.on("connect", () => {
        page.emit("joinRoom", `${id}_Update_User`)
        resume(Effect.void)
      })
    })
    return heard
  })

/** The neighbours of today's worker, as doubles, and the service in its place, with today's `.env`. */
const deploy = Effect.gen(function* () {
  const redis = yield* RedisServer
  const { account } = yield* makeDatabase("1234567890", "1234567891")
  const encryption = yield* serveEncryptionLiteral()
  const tokens = yield* serveTokenApi({ secret })
  const hub = yield* serveMessagesHub()
  yield* startService({
    PORT: String(yield* freePort),
    BULL_USERS_HOST: redis.host,
    BULL_USERS_PORT: String(redis.port),
    MYSQL_HOST: account.host,
    MYSQL_PORT: String(account.port),
    MYSQL_USER: account.user,
    MYSQL_PASSWORD: Redacted.value(account.password),
    MYSQL_DATABASE: account.database,
    PORT_MESSAGES_USERS: hub.url,
    PORT_ENCRYPT: encryption.url,
    API_JWT: tokens.url
  })
  const producer = yield* makeProducer("Update_User")
  return { account, encryption, hub, producer }
})

const job = (id: string, changes: Readonly<Record<string, unknown>> = {}, token: TokenOptions = {}) =>
  makeJob(id, { Image: "data:image/png;base64,iVBORw0KGgo=", ...changes }, token)

layer(Layer.mergeAll(RedisServer.layer, DatabaseServer.layer), { excludeTestServices: true, timeout: "60 seconds" })(
  "the service in the place of today's worker, with its .env",
  (it) => {
    it.effect(
      "tells every outcome in the contract's words and changes the row of nobody else",
      () =>
        Effect.gen(function* () {
          const { account, encryption, hub, producer } = yield* deploy
          const before = yield* readUsers(account)
          const enqueue = (data: unknown) => Effect.promise(() => producer.add(data, producerOptions))
          const hears = Effect.fnUntraced(function* (id: string, jobs: ReadonlyArray<unknown>) {
            const heard = yield* openPage(hub.url, id)
            for (const data of jobs) yield* enqueue(data)
            yield* until(
              Effect.sync(() => heard.length),
              (count) => count === jobs.length
            )
            return heard
          })

          const id = "1234567890"
          const expired = yield* job(id, {}, { lifetime: -60 })
          const ofAnother = yield* job("1234567891", { Id: id })
          const unsendable = yield* job(id, { Password: "a <tag> in it" })
          const malformed = yield* job(id, { Phone: "call me" })
          const good = yield* job(id)
          const refusedOnes = yield* hears(id, [expired, ofAnother, unsendable, malformed])
          assert.sameDeepMembers(
            [...refusedOnes],
            [
              { Status: false, Message: "Session expired. Please log in again." },
              { Status: false, Message: "Session expired. Please log in again." },
              { Status: false, Message: "Error encrypting your credentials. Please try again." },
              { Status: false, Message: "Error processing job" }
            ]
          )
          assert.deepStrictEqual(yield* readUsers(account), before)

          assert.deepStrictEqual(yield* hears("5555555555", [yield* job("5555555555")]), [
            { Status: false, Message: "Error processing job" }
          ])
          assert.deepStrictEqual(yield* hears(id, [good]), [{ Status: true, Message: "User updated successfully" }])

          const [row, other] = yield* readUsers(account)
          assert.strictEqual(encryption.decrypt(String(row?.["Phone"])), good.Phone)
          assert.strictEqual(encryption.decrypt(String(row?.["Password"])), good.Password)
          assert.deepInclude({ ...row }, { Name: good.Username, Image: good.Image })
          assert.deepStrictEqual(other, before[1])

          const outcomes = yield* readOutcomes(account)
          assert.strictEqual(outcomes.length, 6)
          assert.deepStrictEqual(
            (yield* query(account, "SELECT position FROM update_ledger_outcomes WHERE user_id = ? ORDER BY position", [
              id
            ])).map(({ position }) => position),
            [1, 2, 3, 4, 5]
          )
        }),
      60_000
    )
  }
)
