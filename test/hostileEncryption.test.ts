import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { body, envelope, good } from "./adapters/soap/answers.ts"
import { readOutcomes, readUsers } from "./support/database.ts"
import { deploy, hears, job, openPage, serversLayer } from "./support/deployment.ts"
import { httpServer } from "./support/localServer.ts"

const ada = "1234567890"
const failed = { Status: false, Message: "Error encrypting your credentials. Please try again." }
const notStored = { Status: false, Message: "Error processing job" }

interface Row {
  readonly what: string
  readonly status: number
  readonly answer: string | Buffer
  readonly told: typeof failed
}
const row = (what: string, answer: string | Buffer, status = 200, told = failed): Row => ({ what, answer, status, told })

const rows: ReadonlyArray<Row> = [
  row("X1, a redirect", good, 307),
  row("X4, a page", "<html></html>"),
  row("X6, a fault", envelope("<soap:Fault><faultstring>no</faultstring></soap:Fault>")),
  row("X8, one value", envelope(body().replace("<EncryptedPhone>QQ==</EncryptedPhone>", ""))),
  row("X9, a DOCTYPE", `<!DOCTYPE x SYSTEM "x">${good}`),
  row("X11, a polluting attribute", envelope(body().replace("<EncryptedPhone>", `<EncryptedPhone id="__proto__">`))),
  row("X13, more than 64 KiB", good.padEnd(100_000)),
  row("X14, brackets", "<".repeat(60_000)),
  row("X18, no base64", envelope(body("x"))),
  row("X20, UTF-16", Buffer.from(good, "utf16le")),
  row("X18, more than the column holds", envelope(body("QUFB".repeat(26))), 200, notStored)
]

layer(serversLayer, { excludeTestServices: true, timeout: "60 seconds" })("a hostile encryption service", (it) => {
  it.effect(
    `changes no row, and its users are told (${rows.map(({ what }) => what).join("; ")})`,
    () =>
      Effect.gen(function* () {
        const other = yield* httpServer((response) => response.end(good))
        let answers: ReadonlyArray<Row> = rows
        const hostile = yield* httpServer((response) => {
          const [next, ...rest] = answers
          answers = rest
          response.writeHead(next?.status ?? 200, { location: other.url }).end(next?.answer ?? good)
        })
        const { account, hubUrl, producer, start } = yield* deploy([ada], {
          CONCURRENCY: "1",
          ENCRYPT_XML: "strict",
          PORT_ENCRYPT: hostile.url
        })
        const before = yield* readUsers(account)
        const service = yield* start
        const heard = yield* openPage(hubUrl, ada)
        const data = yield* job(ada)
        for (const [index, { told, what }] of rows.entries()) {
          yield* Effect.promise(() => producer.add(data))
          yield* hears(heard, index + 1)
          assert.deepInclude(heard[index], told, what)
          assert.deepStrictEqual(yield* readUsers(account), before, what)
        }
        yield* Effect.promise(() => producer.add(data))
        yield* hears(heard, rows.length + 1)
        assert.deepInclude(heard[rows.length], { Status: true })
        assert.deepInclude((yield* readUsers(account))[0], { Phone: "QQ==", Password: "Qg==" })
        assert.strictEqual((yield* readOutcomes(account)).length, rows.length + 1)
        assert.deepStrictEqual([other.connections(), hostile.received.length], [0, rows.length + 1])
        assert.notInclude(service.output(), data.Phone)
      }),
    60_000
  )
})
