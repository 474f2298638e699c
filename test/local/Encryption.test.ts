import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Scope } from "effect"
import { serveEncryptionGcm } from "../../src/local/EncryptionGcm.ts"
import { serveEncryptionLiteral } from "../../src/local/EncryptionLiteral.ts"

const request = (phone: string, password: string) =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><EncryptRequest xmlns="http://encrypt.com/">` +
  `${phone}${password}</EncryptRequest></soap:Body></soap:Envelope>`

const post = (url: string, body: string) =>
  Effect.promise(async () => {
    const headers = { "content-type": "text/xml; charset=utf-8", soapaction: `"http://encrypt.com/Encrypt"` }
    const response = await fetch(url, { method: "POST", body, headers })
    return { status: response.status, text: await response.text() }
  })

const valueIn = (text: string, name: string) => new RegExp(`<(?:\\w+:)?${name}>([^<]*)<`, "u").exec(text)?.[1] ?? ""

const ask = (url: string, phone: string, password: string) =>
  Effect.map(post(url, request(`<phone>${phone}</phone>`, `<password>${password}</password>`)), ({ text }) => ({
    phone: valueIn(text, "EncryptedPhone"),
    password: valueIn(text, "EncryptedPassword")
  }))

describe("the local encryption service", () => {
  it.live("undoes XML escapes, and encrypts the same value differently each time", () =>
    Effect.gen(function* () {
      const { url, decrypt } = yield* serveEncryptionGcm()
      const one = yield* ask(url, "0912345678", " a&amp;b &lt; 🔑 ")
      const other = yield* ask(url, "0912345678", " a&amp;b &lt; 🔑 ")
      assert.strictEqual(decrypt(one.phone), "0912345678")
      assert.strictEqual(decrypt(one.password), " a&b < 🔑 ")
      assert.strictEqual(decrypt(other.password), " a&b < 🔑 ")
      assert.notStrictEqual(one.password, other.password)
      assert.throws(() => decrypt(Buffer.alloc(40).toString("base64")))
    }).pipe(Effect.scoped)
  )

  it.live("answers with a fault under 200 while it is told to, then as before", () =>
    Effect.gen(function* () {
      const { url, decrypt, setFailing } = yield* serveEncryptionGcm()
      setFailing(true)
      const fault = yield* post(url, request("<phone>1</phone>", "<password>2</password>"))
      assert.strictEqual(fault.status, 200)
      assert.match(fault.text, /<soap:Fault>/u)
      assert.notMatch(fault.text, /EncryptedPhone/u)
      setFailing(false)
      assert.strictEqual(decrypt((yield* ask(url, "1", "2")).password), "2")
    }).pipe(Effect.scoped)
  )
})

describe("the double of the deployed encryption service", () => {
  it.live("takes what lies between the literal tags as it stands, and encrypts it to its own length", () =>
    Effect.gen(function* () {
      const { url, decrypt } = yield* serveEncryptionLiteral()
      for (const typed of ["a&b", "a&amp;b", " 🔑 ", "x".repeat(200)]) {
        const { password } = yield* ask(url, "0912345678", typed)
        assert.strictEqual(decrypt(password), typed)
        assert.strictEqual(Buffer.from(password, "base64").length, Buffer.byteLength(typed))
        assert.strictEqual((yield* ask(url, "1", typed)).password, password)
      }
    }).pipe(Effect.scoped)
  )

  it.live("finds no value whose tag has a prefix or an attribute", () =>
    Effect.gen(function* () {
      const { url } = yield* serveEncryptionLiteral()
      const { text } = yield* post(url, request(`<n:phone>1</n:phone>`, `<password type="text">2</password>`))
      assert.strictEqual(valueIn(text, "EncryptedPhone") + valueIn(text, "EncryptedPassword"), "")
    }).pipe(Effect.scoped)
  )
})

const both = [
  { name: "strict", serve: serveEncryptionGcm },
  { name: "literal", serve: serveEncryptionLiteral }
]

describe("an encryption service of either kind", () => {
  it.live.each(both)("cuts its connections and frees its port with its scope: $name", ({ serve }) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { port } = yield* Scope.provide(serve(), scope)
      const closed = yield* Deferred.make<void>()
      yield* Effect.callback<void>((resume) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n", () => resume(Effect.void))
        })
        socket.on("error", () => undefined)
        socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
      })
      yield* Scope.close(scope, Exit.void)
      yield* Deferred.await(closed)
      assert.strictEqual((yield* Effect.scoped(serve({ port }))).port, port)
    })
  )

  it.live.each(both)("says that a port is taken: $name", ({ serve }) =>
    Effect.gen(function* () {
      const { port } = yield* serve()
      assert.strictEqual((yield* Effect.flip(serve({ port }))).reason, "portTaken")
    }).pipe(Effect.scoped)
  )
})
