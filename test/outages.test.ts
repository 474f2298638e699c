import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Schedule } from "effect"
import { serveTokenApi } from "../src/local/TokenApi.ts"
import { DatabaseServer, readOutcomes, readUsers } from "./support/database.ts"
import { deploy, job, openPage, secret } from "./support/deployment.ts"
import { httpServer } from "./support/localServer.ts"
import { RedisServer } from "./support/redis.ts"
import { until } from "./support/until.ts"

const ada = "1234567890"
const count = 150

/** A neighbour that can be away for a while: it then answers 503. It sends on what it gets. */
const front = (target: string) =>
  Effect.gen(function* () {
    let away = false
    const server = yield* httpServer((response, { path, headers, body }) => {
      if (away) return void response.writeHead(503).end()
      const { "content-type": contentType = "", soapaction = "" } = headers
      void fetch(new URL(path, target), {
        method: "POST",
        headers: { "content-type": contentType, soapaction: String(soapaction) },
        body
      }).then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
    })
    return { url: server.url, received: server.received, setAway: (now: boolean) => void (away = now) }
  })

layer(Layer.mergeAll(RedisServer.layerDurable, DatabaseServer.layer), { excludeTestServices: true, timeout: "60 seconds" })(
  "a neighbour that is away for a while",
  (it) => {
    const outages = ["the encryption service", "the token service", "MySQL", "Redis"] as const

    it.effect.each(outages.map((neighbour) => ({ neighbour })))(
      "costs a wait and no update: $neighbour",
      ({ neighbour }) =>
        Effect.gen(function* () {
          const redis = yield* RedisServer
          const database = yield* DatabaseServer
          const tokens = yield* serveTokenApi({ secret })
          const { account, encryption, env, hubUrl, producer, startWith } = yield* deploy([ada])
          const encryptionFront = yield* front(encryption.url)
          const tokenFront = yield* front(tokens.url)
          yield* startWith({ ...env, JWT_SECRET_KEY: "", API_JWT: tokenFront.url, PORT_ENCRYPT: encryptionFront.url })
          const heard = yield* openPage(hubUrl, ada)
          const enqueue = Effect.gen(function* () {
            for (let number = 1; number <= count; number++) {
              const data = yield* job(ada, { Username: `Ada ${number}` })
              yield* Effect.tryPromise(() => producer.add(data, { removeOnComplete: true })).pipe(
                Effect.retry({ schedule: Schedule.spaced("50 millis"), while: ({ cause }) => /LOADING/u.test(String(cause)) }),
                Effect.orDie
              )
            }
          })
          const outage = {
            "the encryption service": Effect.gen(function* () {
              encryptionFront.setAway(true)
              const before = encryptionFront.received.length
              yield* until(
                Effect.sync(() => encryptionFront.received.length),
                (length) => length > before + 40
              )
              encryptionFront.setAway(false)
            }),
            "the token service": Effect.gen(function* () {
              tokenFront.setAway(true)
              const before = tokenFront.received.length
              yield* until(
                Effect.sync(() => tokenFront.received.length),
                (length) => length > before + 40
              )
              tokenFront.setAway(false)
            }),
            MySQL: Effect.andThen(database.kill(), database.restart),
            Redis: Effect.andThen(redis.kill(), redis.restart)
          }[neighbour]

          const enqueuing = yield* Effect.forkChild(enqueue, { startImmediately: true })
          yield* until(
            Effect.sync(() => heard.length),
            (length) => length > 20
          )
          yield* outage
          yield* Fiber.join(enqueuing)
          const outcomes = yield* until(readOutcomes(account), ({ length }) => length >= count)
          assert.isTrue(outcomes.every(({ tag }) => tag === "Updated"))
          yield* until(
            Effect.sync(() => new Set(heard.map(({ NotificationId }) => NotificationId)).size),
            (told) => told >= count
          )
          assert.isTrue(heard.every(({ Status }) => Status))
          assert.strictEqual((yield* readUsers(account))[0]?.["Name"], `Ada ${count}`)
        }),
      60_000
    )
  }
)
