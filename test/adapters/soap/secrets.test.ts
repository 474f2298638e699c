import { inspect } from "node:util"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Layer, Logger, Redacted, References } from "effect"
import { Client } from "soap"
import { vi } from "vitest"
import * as EncryptorSoap from "../../../src/adapters/soap/EncryptorSoap.ts"
import * as HttpExchangeUndici from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { Encryptor } from "../../../src/services/Encryptor.ts"
import { type Received, httpServer } from "../../support/localServer.ts"
import { envelope, good } from "./answers.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"

afterEach(() => void vi.restoreAllMocks())

const canary = "canary-password & <more>"
const hides = (text: string) => !text.includes("canary-pass")

const logged: Array<string> = []
const allLogs = Layer.merge(
  Logger.layer([Logger.make((line) => void logged.push(inspect(line, { depth: Infinity })))]),
  Layer.succeed(References.MinimumLogLevel, "All")
)

const layerOn = (url: string) =>
  EncryptorSoap.layer({ url, xml: "auto", checkLength: true }).pipe(
    Layer.provide([HttpExchangeUndici.layer({ connections: 2 }), BreakersMock.layer]),
    Layer.provideMerge(allLogs)
  )

const encrypt = Encryptor.use((encryptor) =>
  encryptor.encrypt({ phone: Redacted.make("canary-pass-phone"), password: Redacted.make(canary) })
).pipe(Effect.timeout("1 second"))

/** Reads as a strict service does, as far as finding that out needs, and is asked for the canary in the end. */
const answering = (answer: (request: Received) => string, status = 200) =>
  httpServer((response, request) => {
    const [, password = ""] = /<password>(.*)<\/password>/su.exec(request.body) ?? []
    if (password.includes("canary")) return void response.writeHead(status).end(answer(request))
    const cipher = Buffer.alloc(password.replaceAll("&amp;", "&").length).toString("base64")
    response.end(good.replace("Qg==", cipher))
  })

const answers = [
  { name: "nothing", answer: () => "", status: 200 },
  { name: "what it was sent", answer: ({ body }: Received) => body, status: 200 },
  { name: "ciphertexts of another length", answer: () => good, status: 200 },
  {
    name: "a fault that quotes the request",
    answer: ({ body }: Received) => envelope(`<soap:Fault><faultstring><![CDATA[${body}]]></faultstring></soap:Fault>`),
    status: 200
  },
  { name: "400 with the request", answer: ({ body }: Received) => body, status: 400 },
  { name: "503 with the request", answer: ({ body }: Received) => body, status: 503 }
]

describe("what a user typed", () => {
  it.live.each(answers)("is in no error and no log line where the service answers $name", ({ answer, status }) =>
    Effect.gen(function* () {
      logged.length = 0
      const server = yield* answering(answer, status)
      const exit = yield* Effect.exit(encrypt).pipe(Effect.provide(layerOn(server.url)))
      assert.isTrue(server.received.some(({ body }) => body.includes("canary-password &amp; &lt;more&gt;")))
      assert.strictEqual(exit._tag, "Failure")
      const told = exit._tag === "Failure" ? Cause.pretty(exit.cause) : ""
      for (const text of [inspect(exit, { depth: Infinity, showHidden: true }), JSON.stringify(exit), told])
        assert.isTrue(hides(text), text)
      assert.isAbove(logged.length, 0)
      assert.isTrue(logged.every(hides))
    }).pipe(Effect.scoped)
  )

  it.live.each(answers)("is not kept by the client of soap after an answer of $name", ({ answer, status }) =>
    Effect.gen(function* () {
      const emit = vi.spyOn(Client.prototype, "emit")
      const server = yield* answering(answer, status)
      yield* Effect.gen(function* () {
        yield* Effect.exit(encrypt)
        const clients = new Set<unknown>(emit.mock.contexts)
        emit.mockRestore()
        assert.strictEqual(clients.size, 1)
        for (const client of clients) assert.isTrue(hides(inspect(client, { depth: Infinity, showHidden: true })))
      }).pipe(Effect.provide(layerOn(server.url)))
    }).pipe(Effect.scoped)
  )
})
