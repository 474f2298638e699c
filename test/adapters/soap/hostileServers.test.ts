import { gzipSync } from "node:zlib"
import { type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Logger, Redacted } from "effect"
import * as EncryptorSoap from "../../../src/adapters/soap/EncryptorSoap.ts"
import * as HttpExchangeUndici from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { Encryptor } from "../../../src/services/Encryptor.ts"
import { httpServer, socketServer } from "../../support/localServer.ts"
import { body, envelope, good } from "./answers.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"

const layerOn = (url: string) =>
  EncryptorSoap.layer({ url, xml: "strict", checkLength: false }).pipe(
    Layer.provide([HttpExchangeUndici.layer({ connections: 1 }), BreakersMock.layer]),
    Layer.provideMerge(Logger.layer([]))
  )

const encrypt = Effect.gen(function* () {
  const encryptor = yield* Encryptor
  const { phone, password } = yield* encryptor.encrypt({
    phone: Redacted.make("0912345678"),
    password: Redacted.make("secret")
  })
  return [Redacted.value(phone), Redacted.value(password)]
})
const reasonOf = Effect.map(Effect.flip(encrypt), ({ reason }) => reason)

const head = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n"
const whole = (text: string) => `${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
const utf16 = Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-16"?>${good}`, "utf16le")
const latin1 = Buffer.from(`<?xml version="1.0" encoding="iso-8859-1"?>${envelope(body("QQ==", "é"))}`, "latin1")

describe("a server that", () => {
  it.live("sends 50 MB is cut off after little of it", () =>
    Effect.gen(function* () {
      const cut = yield* Deferred.make<number>()
      const url = yield* socketServer((socket) => {
        socket.on("close", () => Deferred.doneUnsafe(cut, Effect.succeed(socket.bytesWritten)))
        socket.once("data", () => {
          socket.write(`${head}content-length: 50000000\r\n\r\n`)
          pour(socket, 50_000_000)
        })
      })
      assert.strictEqual(yield* Effect.provide(reasonOf, layerOn(url)), "badAnswer")
      assert.isBelow(yield* Deferred.await(cut), 25_000_000)
    }).pipe(Effect.scoped)
  )

  const encodings = [
    { name: "UTF-16", bytes: utf16, headers: {} },
    { name: "UTF-16 that is called UTF-8", bytes: utf16, headers: { "content-type": "text/xml; charset=utf-8" } },
    { name: "Latin-1", bytes: latin1, headers: { "content-type": "text/xml; charset=iso-8859-1" } },
    { name: "UTF-8 that is called UTF-7", bytes: good.replace("<", `<?xml version="1.0" encoding="utf-7"?><`), headers: {} },
    { name: "gzip", bytes: gzipSync(good), headers: { "content-encoding": "gzip" } },
    { name: "gzip of 60 MB", bytes: gzipSync(Buffer.alloc(60_000_000)), headers: { "content-encoding": "gzip" } }
  ]
  it.live.each(encodings)("answers in $name is refused at once", ({ bytes, headers }) =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.writeHead(200, headers).end(bytes))
      assert.strictEqual(yield* Effect.provide(reasonOf, layerOn(server.url)), "badAnswer")
      assert.strictEqual(server.received.length, 1)
    }).pipe(Effect.scoped)
  )

  it.live("puts a byte order mark before its answer is understood", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>${good}`))
      assert.deepStrictEqual(yield* Effect.provide(encrypt, layerOn(server.url)), ["QQ==", "Qg=="])
    }).pipe(Effect.scoped)
  )

  const slow: ReadonlyArray<{ readonly name: string; readonly speak: (socket: Socket) => void }> = [
    { name: "accepts and is silent", speak: () => undefined },
    { name: "answers nothing", speak: (socket) => socket.resume() },
    { name: "stops in its headers", speak: (socket) => socket.once("data", () => socket.write(head)) },
    { name: "drips its headers", speak: (socket) => socket.once("data", () => drip(socket, `${head}x: ${"y".repeat(5_000)}`)) },
    { name: "drips its body", speak: (socket) => socket.once("data", () => drip(socket, whole(good))) }
  ]
  it.live.each(slow)("$name is left when the caller's deadline is over", ({ speak }) =>
    Effect.gen(function* () {
      const left = yield* Deferred.make<void>()
      const url = yield* socketServer((socket) => {
        socket.on("close", () => Deferred.doneUnsafe(left, Effect.void))
        socket.resume()
        speak(socket)
      })
      const start = performance.now()
      const ended = yield* Effect.timeoutOption(encrypt, "300 millis").pipe(Effect.provide(layerOn(url)))
      assert.strictEqual(ended._tag, "None")
      assert.isBelow(performance.now() - start, 2_000)
      yield* Deferred.await(left)
    }).pipe(Effect.scoped)
  )

  it.live("cuts the connection in its answer is asked again", () =>
    Effect.gen(function* () {
      let asked = 0
      const url = yield* socketServer((socket) =>
        socket.on("data", () => (asked++ < 2 ? socket.end(whole(good).slice(0, -10)) : socket.write(whole(good))))
      )
      assert.deepStrictEqual(yield* Effect.provide(encrypt, layerOn(url)), ["QQ==", "Qg=="])
      assert.strictEqual(asked, 3)
    }).pipe(Effect.scoped)
  )

  it.live("sends a second answer that nobody asked for is not believed in the next call", () =>
    Effect.gen(function* () {
      const forged = whole(envelope(body("ZXZpbA==", "ZXZpbA==")))
      const url = yield* socketServer((socket) => socket.on("data", () => socket.write(whole(good) + forged)))
      yield* Effect.gen(function* () {
        for (let call = 0; call < 10; call++) assert.deepStrictEqual(yield* encrypt, ["QQ==", "Qg=="])
      }).pipe(Effect.provide(layerOn(url)))
    }).pipe(Effect.scoped)
  )
})

const pour = (socket: Socket, left: number) => {
  if (left <= 0 || socket.destroyed) return
  socket.write(Buffer.alloc(65_536, "<"), () => pour(socket, left - 65_536))
}

const drip = (socket: Socket, text: string) => {
  if (text === "" || socket.destroyed) return
  socket.write(text.slice(0, 1), () => setTimeout(() => drip(socket, text.slice(1)), 10))
}
