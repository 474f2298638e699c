import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readOutcomes, readUsers } from "./support/database.ts"
import { deploy, job, serversLayer, startProcess } from "./support/deployment.ts"
import { httpServer } from "./support/localServer.ts"
import { until } from "./support/until.ts"

const users = ["1001", "1002", "1003", "1004"]
const rounds = 60

/** An encryption service that takes its time, and for each call another. */
const unevenEncryption = httpServer((response, { body }) => {
  const [, password = ""] = /<password>(.*)<\/password>/u.exec(body) ?? []
  const encrypted = Buffer.from(password).toString("base64")
  setTimeout(
    () =>
      response.end(
        `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><EncryptResponse xmlns="http://encrypt.com/">` +
          `<EncryptedPhone>QQ==</EncryptedPhone><EncryptedPassword>${encrypted}</EncryptedPassword></EncryptResponse></soap:Body></soap:Envelope>`
      ),
    Math.random() * 80
  )
})

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("the updates of one user", (it) => {
  it.effect(
    "take effect in the order in which Redis accepted them, over two workers and neighbours that take their time",
    () =>
      Effect.gen(function* () {
        const encryption = yield* unevenEncryption
        const { account, env, producer, start } = yield* deploy(users, { PORT_ENCRYPT: encryption.url, ENCRYPT_XML: "strict" })
        yield* start
        yield* startProcess({ ...env, ROLES: "worker" })
        for (let round = 0; round < rounds; round++) {
          for (const user of users) {
            const data = yield* job(user, { Username: `round ${round}`, Password: `password ${round}` })
            yield* Effect.promise(() => producer.add(data, { removeOnComplete: true, priority: round % 7 === 0 ? 1 : 0 }))
          }
        }
        const outcomes = yield* until(readOutcomes(account), ({ length }) => length === rounds * users.length)
        assert.isTrue(outcomes.every(({ tag }) => tag === "Updated"))
        assert.isAbove(outcomes.filter(({ superseded }) => superseded === 1).length, 0)
        for (const { Name, Password } of yield* readUsers(account)) {
          assert.strictEqual(Name, `round ${rounds - 1}`)
          assert.strictEqual(Buffer.from(String(Password), "base64").toString(), `password ${rounds - 1}`)
        }
      }),
    60_000
  )
})
