import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Logger, Redacted, Schema, Scope } from "effect"
import * as EncryptorSoap from "../../../src/adapters/soap/EncryptorSoap.ts"
import * as HttpExchangeUndici from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { serveEncryptionGcm } from "../../../src/local/EncryptionGcm.ts"
import { serveEncryptionLiteral } from "../../../src/local/EncryptionLiteral.ts"
import { Encryptor } from "../../../src/services/Encryptor.ts"
import { deadUrl, httpServer } from "../../support/localServer.ts"
import { until } from "../../support/until.ts"
import { body, envelope, good } from "./answers.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"

const layerOn = (url: string, options: Partial<EncryptorSoap.EncryptorOptions> = {}) =>
  EncryptorSoap.layer({ url, xml: "strict", checkLength: false, ...options }).pipe(
    Layer.provide([HttpExchangeUndici.layer({ connections: 20 }), BreakersMock.layer]),
    Layer.provideMerge(Logger.layer([]))
  )

const encrypt = Effect.fnUntraced(function* (password: string, phone = "0912345678") {
  const encryptor = yield* Encryptor
  const encrypted = yield* encryptor.encrypt({ phone: Redacted.make(phone), password: Redacted.make(password) })
  return { phone: Redacted.value(encrypted.phone), password: Redacted.value(encrypted.password) }
})

const reasonOf = (password: string) => Effect.map(Effect.flip(encrypt(password)), ({ reason }) => reason)

const typed = [
  "correct horse",
  "& < > \" '",
  "a&amp;b &lt;tag&gt;",
  "]]>",
  "<![CDATA[x]]>",
  "<![CDATA[x]]></password><phone>INJECTED</phone><password><![CDATA[y]]>",
  "</password><password>other",
  "<phone>1</phone>",
  "<!-- comment --> <?instruction?>",
  "emoji 🔑👩‍👩‍👧‍👦, combining e\u0301, right to left עברית",
  "  spaces at both ends  ",
  "a & b",
  "&#38;&#x26;",
  "$& $1 $$"
]

describe("what a user types", () => {
  it.live("comes out exactly as it was typed of a service that undoes XML escapes", () =>
    Effect.gen(function* () {
      const service = yield* serveEncryptionGcm()
      for (const xml of ["strict", "auto"] as const) {
        yield* Effect.forEach(typed, (password) =>
          Effect.gen(function* () {
            const encrypted = yield* encrypt(password)
            assert.strictEqual(service.decrypt(encrypted.password), password)
            assert.strictEqual(service.decrypt(encrypted.phone), "0912345678")
          })
        ).pipe(Effect.provide(layerOn(service.url, { xml })))
      }
    }).pipe(Effect.scoped)
  )

  it.live("comes out exactly of a service that reads literally, or is refused before anything is sent", () =>
    Effect.gen(function* () {
      const bodies: Array<string> = []
      const service = yield* serveEncryptionLiteral({ onRequest: (body) => void bodies.push(body) })
      for (const xml of ["literal", "auto"] as const) {
        yield* Effect.forEach(typed, (password) =>
          Effect.gen(function* () {
            if (!/[<>]/u.test(password)) {
              assert.strictEqual(service.decrypt((yield* encrypt(password)).password), password)
            } else {
              const before = bodies.length
              if (xml === "auto") yield* encrypt("&")
              assert.strictEqual(yield* reasonOf(password), "notEncodable")
              if (xml === "literal") assert.strictEqual(bodies.length, before)
            }
          })
        ).pipe(Effect.provide(layerOn(service.url, { xml, checkLength: true })))
      }
    }).pipe(Effect.scoped)
  )

  it.live("with & < or > is refused where answers of one length tell nothing, and sent as it is without", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end(good))
      yield* Effect.gen(function* () {
        for (const password of ["a&b", "<", ">"]) assert.strictEqual(yield* reasonOf(password), "notEncodable")
        assert.deepStrictEqual(yield* encrypt("plain \"quotes' 🔑"), { phone: "QQ==", password: "Qg==" })
        assert.include(server.received.at(-1)?.body, "<password>plain \"quotes' 🔑</password>")
        assert.strictEqual(server.received.length, 4)
      }).pipe(Effect.provide(layerOn(server.url, { xml: "auto" })))
    }).pipe(Effect.scoped)
  )

  it.live("is in the request once, under the literal tags of the contract", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end(good))
      yield* Effect.provide(encrypt("a&b"), layerOn(`${server.url}/encrypt?x=1`))
      const [request] = server.received
      assert.include(
        request?.body,
        `<EncryptRequest xmlns="http://encrypt.com/"><phone>0912345678</phone><password>a&amp;b</password></EncryptRequest>`
      )
      assert.match(String(request?.headers["content-type"]), /^text\/xml/u)
      assert.strictEqual(request?.path, "/encrypt?x=1")
    }).pipe(Effect.scoped)
  )

  it.live.prop(
    "whatever it is, comes out of both kinds of service or is refused",
    [Schema.Array(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(30))).check(Schema.isMaxLength(3))],
    ([passwords]) =>
      Effect.gen(function* () {
        const strict = yield* serveEncryptionGcm()
        const literal = yield* serveEncryptionLiteral()
        for (const password of passwords.filter((text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text))) {
          assert.strictEqual(strict.decrypt((yield* Effect.provide(encrypt(password), layerOn(strict.url))).password), password)
          const exit = yield* Effect.exit(Effect.provide(encrypt(password), layerOn(literal.url, { xml: "literal" })))
          if (Exit.isSuccess(exit)) assert.strictEqual(literal.decrypt(exit.value.password), password)
          else assert.match(password, /[<>]/u)
        }
      }).pipe(Effect.scoped)
  )
})

describe("how the service reads", () => {
  it.live("is found out again after it was away, once however many jobs wait", () =>
    Effect.gen(function* () {
      const literal = yield* serveEncryptionLiteral()
      const strict = yield* serveEncryptionGcm()
      let target: "literal" | "away" | "strict" = "literal"
      const urls = { literal: literal.url, strict: strict.url }
      const front = yield* httpServer((response, { headers, body }) => {
        if (target === "away") return void response.writeHead(503).end()
        void fetch(urls[target], {
          method: "POST",
          headers: { "content-type": String(headers["content-type"]), soapaction: String(headers["soapaction"]) },
          body
        })
          .then((answer) => answer.text())
          .then((text) => response.end(text))
      })
      yield* Effect.gen(function* () {
        assert.strictEqual(literal.decrypt((yield* encrypt("a&b")).password), "a&b")
        target = "away"
        const waiting = yield* Effect.forkChild(encrypt("c&d"), { startImmediately: true })
        yield* until(
          Effect.sync(() => front.received.length),
          (count) => count >= 6
        )
        target = "strict"
        assert.strictEqual(strict.decrypt((yield* Fiber.join(waiting)).password), "c&d")
        const before = front.received.length
        yield* Effect.all([encrypt("e&f"), encrypt("g&h")], { concurrency: 2 })
        assert.strictEqual(front.received.length, before + 2)
      }).pipe(Effect.provide(layerOn(front.url, { xml: "auto" })))
    }).pipe(Effect.scoped)
  )
})

describe("a service that was replaced while nobody called", () => {
  it.live("is found out before the next value that it might read in another way", () =>
    Effect.gen(function* () {
      const first = yield* Scope.make()
      const strict = yield* Scope.provide(serveEncryptionGcm(), first)
      yield* Effect.gen(function* () {
        assert.strictEqual(strict.decrypt((yield* encrypt("a&b")).password), "a&b")
        yield* Scope.close(first, Exit.void)
        const literal = yield* serveEncryptionLiteral({ port: strict.port })
        assert.strictEqual(literal.decrypt((yield* encrypt("c&d")).password), "c&d")
      }).pipe(Effect.provide(layerOn(strict.url, { xml: "auto" })))
    }).pipe(Effect.scoped)
  )
})

const soap = `xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"`
const refusals: ReadonlyArray<readonly [string, string]> = [
  ["nothing", ""],
  ["a page", "<!doctype html><html><body>Welcome</body></html>"],
  ["JSON", `{"EncryptedPhone":"QQ==","EncryptedPassword":"Qg=="}`],
  ["text", "ok"],
  ["a fault", envelope("<soap:Fault><faultcode>soap:Server</faultcode><faultstring>no</faultstring></soap:Fault>")],
  ["a fault beside the answer", envelope(`${body()}<soap:Fault/>`)],
  ["an empty body", envelope("")],
  ["no envelope", body()],
  ["a SOAP 1.2 envelope", envelope(body(), `xmlns:soap="http://www.w3.org/2003/05/soap-envelope"`)],
  ["an answer in another namespace", envelope(body().replace("http://encrypt.com/", "http://other.com/"))],
  [
    "values in no namespace",
    envelope(
      `<e:EncryptResponse xmlns:e="http://encrypt.com/"><EncryptedPhone>QQ==</EncryptedPhone><EncryptedPassword>Qg==</EncryptedPassword></e:EncryptResponse>`
    )
  ],
  ["an answer in no namespace", envelope(body().replace(` xmlns="http://encrypt.com/"`, ""))],
  ["another answer", envelope(body().replaceAll("EncryptResponse", "DecryptResponse"))],
  [
    "a missing value",
    envelope(`<EncryptResponse xmlns="http://encrypt.com/"><EncryptedPhone>QQ==</EncryptedPhone></EncryptResponse>`)
  ],
  ["an empty value", envelope(body("QQ==", ""))],
  ["a doubled value", envelope(body("QQ==", "Qg==</EncryptedPassword><EncryptedPassword>Qw=="))],
  ["a doubled answer", envelope(body() + body())],
  ["a nested value", envelope(body("QQ==", "<x>Qg==</x>"))],
  ["a value in a further element", envelope(body().replace("</EncryptResponse>", "<More>QQ==</More></EncryptResponse>"))],
  ["a value that is not base64", envelope(body("QQ==", "not base64!"))],
  ["base64 without its padding", envelope(body("QQ", "Qg"))],
  ["base64 with bits to spare", envelope(body("QR==", "Qg=="))],
  ["base64 with spaces", envelope(body(" QQ== ", "Qg=="))],
  ["a document type", `<!DOCTYPE x>${good}`],
  ["an external entity", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${envelope(body("QQ==", "&e;"))}`],
  ["an unknown entity", envelope(body("QQ==", "&e;"))],
  ["a processing instruction", `<?xml-stylesheet href="x"?>${good}`],
  ["a comment in a value", envelope(body("QQ==", "Qg<!-- -->=="))],
  ["an attribute that reaches a prototype", envelope(body().replace("<EncryptedPhone>", `<EncryptedPhone id="__proto__">`))],
  ["an element named __proto__", envelope(body("QQ==", "<__proto__>x</__proto__>"))],
  ["a tag that is not closed", good.replace("</soap:Body>", "")],
  ["something after the end", `${good}<more/>`],
  ["text beside the values", envelope(`more${body()}`)],
  ["another encoding than it has", `<?xml version="1.0" encoding="utf-16"?>${good}`],
  ["sixty thousand brackets", "<".repeat(60_000)],
  ["twenty thousand nested elements", envelope("<a>".repeat(20_000))],
  ["an answer over 64 KiB", envelope(body("QQ==", "QUFB".repeat(20_000)))],
  ["an undeclared prefix", good.replace(soap, "")]
]

describe("an answer", () => {
  it.live.each(refusals.map(([name, text]) => ({ name, text })))("that is $name is refused at once", ({ text }) =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end(text))
      assert.strictEqual(yield* Effect.provide(reasonOf("secret"), layerOn(server.url)), "badAnswer")
      assert.strictEqual(server.received.length, 1)
      assert.deepStrictEqual(Object.keys(Object.prototype), [])
    }).pipe(Effect.scoped)
  )

  const accepted = [
    good,
    `<?xml version="1.0" encoding="utf-8"?>\n${good}\n`,
    envelope(body()).replaceAll("soap:", "s:").replace("xmlns:soap", "xmlns:s"),
    `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>${body()}</Body></Envelope>`,
    envelope(`<e:EncryptResponse xmlns:e="http://encrypt.com/"><e:EncryptedPhone>QQ==</e:EncryptedPhone>
      <e:EncryptedPassword>Qg==</e:EncryptedPassword></e:EncryptResponse>`),
    envelope(
      `<EncryptResponse xmlns="http://encrypt.com/"><EncryptedPassword>Qg==</EncryptedPassword><EncryptedPhone>QQ==</EncryptedPhone></EncryptResponse>`
    )
  ]

  it.live.each(accepted.map((text, number) => ({ text, number })))(
    "that says the same in other XML is read ($number)",
    ({ text }) =>
      Effect.gen(function* () {
        const server = yield* httpServer((response) => response.end(text))
        assert.deepStrictEqual(yield* Effect.provide(encrypt("x"), layerOn(server.url)), { phone: "QQ==", password: "Qg==" })
      }).pipe(Effect.scoped)
  )

  it.live.each([201, 204, 301, 307, 400, 401, 404, 413].map((status) => ({ status })))(
    "of status $status is refused at once, and nothing is sent on",
    ({ status }) =>
      Effect.gen(function* () {
        const other = yield* httpServer((response) => response.end(good))
        const server = yield* httpServer((response) =>
          response.writeHead(status, { location: other.url }).end(status === 204 ? "" : good)
        )
        assert.strictEqual(yield* Effect.provide(reasonOf("secret"), layerOn(server.url)), "rejected")
        assert.strictEqual(server.received.length, 1)
        assert.strictEqual(other.received.length, 0)
      }).pipe(Effect.scoped)
  )

  it.live.each([500, 502, 503, 408, 429].map((status) => ({ status })))("of status $status is asked for again", ({ status }) =>
    Effect.gen(function* () {
      let asked = 0
      const server = yield* httpServer((response) => response.writeHead(asked++ < 2 ? status : 200).end(good))
      assert.deepStrictEqual(yield* Effect.provide(encrypt("x"), layerOn(server.url)), { phone: "QQ==", password: "Qg==" })
      assert.strictEqual(server.received.length, 3)
    }).pipe(Effect.scoped)
  )

  it.live("that is shorter than what was encrypted is refused where lengths are checked", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end(good))
      assert.strictEqual(
        yield* Effect.provide(reasonOf("longer than one byte"), layerOn(server.url, { checkLength: true })),
        "badAnswer"
      )
    }).pipe(Effect.scoped)
  )

  it.live("of a service that is not there is waited for until the caller gives up", () =>
    Effect.gen(function* () {
      const url = yield* deadUrl
      const exit = yield* encrypt("x").pipe(Effect.timeoutOption("300 millis"), Effect.provide(layerOn(url)))
      assert.strictEqual(exit._tag, "None")
    })
  )

  it.live("goes to the call that it answers, however many there are at once", () =>
    Effect.gen(function* () {
      const service = yield* serveEncryptionGcm()
      yield* Effect.forEach(
        Array.from({ length: 60 }, (_, index) => `password ${index}`),
        (password) =>
          Effect.map(encrypt(password), (encrypted) => assert.strictEqual(service.decrypt(encrypted.password), password)),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(layerOn(service.url)))
    }).pipe(Effect.scoped)
  )

  it.live("leaves no secret in an error", () =>
    Effect.gen(function* () {
      for (const answer of [
        "",
        good.replace("Qg==", "?"),
        envelope("<soap:Fault><faultstring>canary-password</faultstring></soap:Fault>")
      ]) {
        const server = yield* httpServer((response) => response.end(answer))
        const error = yield* Effect.provide(Effect.flip(encrypt("canary-password")), layerOn(server.url))
        assert.notInclude(inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error), "canary-password")
      }
    }).pipe(Effect.scoped)
  )
})
