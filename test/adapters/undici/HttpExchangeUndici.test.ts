import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Redacted } from "effect"
import { type ServerResponse } from "node:http"
import { layer } from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { HttpExchange } from "../../../src/services/HttpExchange.ts"
import { deadUrl, httpServer, socketServer } from "../../support/localServer.ts"

const http = layer({ connections: 2 })
const post = (url: string, body = "{}") =>
  HttpExchange.use((exchange) => exchange.post({ url, headers: { "content-type": "text/plain" }, body: Redacted.make(body) }))
const get = (url: string) => HttpExchange.use((exchange) => exchange.get({ url, headers: { accept: "application/json" } }))
const reasonOf = (url: string) =>
  post(url).pipe(
    Effect.flip,
    Effect.map(({ reason }) => reason)
  )

describe("HttpExchangeUndici", () => {
  it.live("posts what it is given and returns the answer", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end("grüße 🙂"))
      const answer = yield* post(`${server.url}/a?b=c`, "höflich 🙂")
      assert.deepStrictEqual(answer, { status: 200, body: "grüße 🙂" })
      const [received] = server.received
      assert.deepInclude(received, { method: "POST", path: "/a?b=c", body: "höflich 🙂" })
      assert.strictEqual(received?.headers["content-type"], "text/plain")
    }).pipe(Effect.provide(http))
  )

  it.live("gets without a body, under the same limits", () =>
    Effect.gen(function* () {
      const other = yield* httpServer((response) => response.end("the other"))
      const server = yield* httpServer((response, { path }) => {
        if (path === "/redirect") return void response.writeHead(302, { location: other.url }).end()
        response.end(path === "/large" ? "x".repeat(65_537) : "keys")
      })
      assert.deepStrictEqual(yield* get(`${server.url}/a?b=c`), { status: 200, body: "keys" })
      assert.deepInclude(server.received[0], { method: "GET", path: "/a?b=c", body: "" })
      assert.strictEqual(server.received[0]?.headers.accept, "application/json")
      assert.strictEqual((yield* get(`${server.url}/redirect`)).status, 302)
      assert.strictEqual((yield* Effect.flip(get(`${server.url}/large`))).reason, "tooLarge")
      assert.strictEqual((yield* Effect.flip(get(yield* deadUrl))).reason, "unreachable")
      assert.lengthOf(other.received, 0)
    }).pipe(Effect.provide(http))
  )

  it.live("returns an answer of any status", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response, { path }) => response.writeHead(Number(path.slice(1))).end("text"))
      for (const status of [200, 201, 400, 401, 404, 408, 429, 500, 503])
        assert.deepStrictEqual(yield* post(`${server.url}/${status}`), { status, body: status === 200 ? "text" : "" })
    }).pipe(Effect.provide(http))
  )

  it.live("returns how long a server that is overloaded wants to be left alone", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response, { path }) => {
        const [, status = "", wait = ""] = path.split("/")
        if (wait === "twice") response.setHeader("retry-after", ["3", "4"])
        else if (wait === "date") response.setHeader("retry-after", new Date(Date.now() + 31_000).toUTCString())
        else response.setHeader("retry-after", wait)
        response.writeHead(Number(status)).end()
      })
      const waitOf = (path: string) => Effect.map(post(`${server.url}/${path}`), ({ retryAfter }) => retryAfter)
      assert.strictEqual(yield* waitOf("503/2"), 2_000)
      assert.strictEqual(yield* waitOf("429/3600"), 60_000)
      assert.closeTo((yield* waitOf("503/date")) ?? 0, 30_500, 700)
      for (const path of ["503/soon", "503/twice", "500/2", "200/2", "408/2"]) assert.isUndefined(yield* waitOf(path), path)
    }).pipe(Effect.provide(http))
  )

  it.live("returns a redirect as an answer and sends nothing on", () =>
    Effect.gen(function* () {
      const other = yield* httpServer((response) => response.end("the other"))
      const server = yield* httpServer((response) => response.writeHead(307, { location: other.url }).end())
      assert.strictEqual((yield* post(server.url)).status, 307)
      assert.lengthOf(other.received, 0)
    }).pipe(Effect.provide(http))
  )

  it.live("keeps its connection for the posts that follow", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end("ok"))
      yield* Effect.forEach([1, 2, 3], () => post(server.url))
      assert.strictEqual(server.connections(), 1)
    }).pipe(Effect.provide(layer({ connections: 1 })))
  )

  it.live("opens no more connections than it may", () =>
    Effect.gen(function* () {
      const waiting: Array<ServerResponse> = []
      const server = yield* httpServer((response) => {
        waiting.push(response)
        if (waiting.length === 2) waiting.splice(0).forEach((each) => each.end("ok"))
      })
      yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => post(server.url), { concurrency: 6 })
      assert.strictEqual(server.connections(), 2)
    }).pipe(Effect.provide(http))
  )

  it.live("reads 64 KiB and not a byte more", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response, { path }) => response.end("x".repeat(Number(path.slice(1)))))
      assert.lengthOf((yield* post(`${server.url}/65536`)).body, 65_536)
      assert.strictEqual(yield* reasonOf(`${server.url}/65537`), "tooLarge")
    }).pipe(Effect.provide(http))
  )

  it.live("hangs up on an endless answer", () =>
    Effect.gen(function* () {
      const hungUp = yield* Deferred.make<void>()
      const server = yield* httpServer((response) => {
        response.on("close", () => Deferred.doneUnsafe(hungUp, Effect.void))
        const more = () => {
          while (response.write("x".repeat(16_384)));
        }
        response.on("drain", more)
        more()
      })
      assert.strictEqual(yield* reasonOf(server.url), "tooLarge")
      yield* Deferred.await(hungUp)
    }).pipe(Effect.provide(http))
  )

  it.live("refuses headers that are too large", () =>
    Effect.gen(function* () {
      const url = yield* socketServer((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(200_000)}\r\n\r\n`))
      assert.strictEqual(yield* reasonOf(url), "tooLarge")
    }).pipe(Effect.provide(http))
  )

  it.live("refuses a body that is not UTF-8, also one that is compressed", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => response.end(Buffer.from([0x67, 0xfc, 0x6e])))
      assert.strictEqual(yield* reasonOf(server.url), "notUtf8")
      const zipped = yield* httpServer((response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff]))
      )
      assert.strictEqual(yield* reasonOf(zipped.url), "notUtf8")
    }).pipe(Effect.provide(http))
  )

  it.live("calls a refused or cut connection and an unknown host unreachable", () =>
    Effect.gen(function* () {
      const cut = yield* socketServer((socket) => socket.once("data", () => socket.destroy()))
      const half = yield* socketServer((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345"))
      )
      for (const url of [yield* deadUrl, cut, half, "http://no-such-host.invalid/"])
        assert.strictEqual(yield* reasonOf(url), "unreachable", url)
    }).pipe(Effect.provide(http))
  )

  it.live("calls an answer that is no HTTP by its name, also one that comes before it is asked", () =>
    Effect.gen(function* () {
      const early = yield* socketServer((socket) => socket.write("220 mail.example ESMTP\r\n"))
      assert.strictEqual(yield* reasonOf(early), "notHttp")
      for (const answer of ["220 mail.example ESMTP", "HTTP/1.1 9999 x", "HTTP/1.1 200 OK\r\ncontent-length: x"]) {
        const url = yield* socketServer((socket) => socket.once("data", () => socket.end(`${answer}\r\n\r\n`)))
        assert.strictEqual(yield* reasonOf(url), "notHttp", answer)
      }
    }).pipe(Effect.provide(http))
  )

  it.live("does not wait for a body that says nothing, as its status does", () =>
    Effect.gen(function* () {
      const server = yield* httpServer((response) => void response.writeHead(404, { "content-length": "1000" }).write("x"))
      const began = performance.now()
      assert.deepStrictEqual(yield* post(server.url), { status: 404, body: "" })
      assert.isBelow(performance.now() - began, 2000)
    }).pipe(Effect.provide(http))
  )

  it.live("sends once, whatever becomes of the connection", () =>
    Effect.gen(function* () {
      let asked = 0
      const url = yield* socketServer((socket) =>
        socket.once("data", () => {
          asked++
          socket.destroy()
        })
      )
      assert.strictEqual(yield* reasonOf(url), "unreachable")
      assert.strictEqual(asked, 1)
    }).pipe(Effect.provide(http))
  )

  it.live("closes its connections with its scope", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const url = yield* socketServer((socket) => {
        socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nkeep-alive: timeout=600\r\ncontent-length: 2\r\n\r\nok"))
      })
      assert.strictEqual((yield* post(url).pipe(Effect.provide(http))).body, "ok")
      yield* Deferred.await(closed)
    })
  )
})
