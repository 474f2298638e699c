import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { type ServerResponse } from "node:http"
import { layer } from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { HttpExchange } from "../../../src/services/HttpExchange.ts"
import { httpServer } from "../../support/localServer.ts"

const http = layer({ connections: 2 })
const post = (url: string) => HttpExchange.use((exchange) => exchange.post({ url, headers: {}, body: Redacted.make("{}") }))
const reasonOf = (url: string) =>
  post(url).pipe(
    Effect.flip,
    Effect.map(({ reason }) => reason)
  )

describe("HttpExchangeUndici, its deadline", () => {
  it.effect("waits five seconds for a silent server", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const server = yield* httpServer(() => Deferred.doneUnsafe(asked, Effect.void))
      const fiber = yield* Effect.forkChild(reasonOf(server.url))
      yield* Deferred.await(asked)
      yield* TestClock.adjust("4999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(fiber), "timeout")
    }).pipe(Effect.provide(http))
  )

  it.effect("waits five seconds in all for a server that drips, and hangs up", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<ServerResponse>()
      const hungUp = yield* Deferred.make<void>()
      const server = yield* httpServer((response) => {
        response.on("close", () => Deferred.doneUnsafe(hungUp, Effect.void))
        Deferred.doneUnsafe(asked, Effect.succeed(response))
      })
      const fiber = yield* Effect.forkChild(reasonOf(server.url))
      const response = yield* Deferred.await(asked)
      for (let second = 0; second < 5; second++) {
        assert.isUndefined(fiber.pollUnsafe())
        yield* Effect.callback<void>((resume) => void response.write("x", () => resume(Effect.void)))
        yield* TestClock.adjust("1 second")
      }
      assert.strictEqual(yield* Fiber.join(fiber), "timeout")
      yield* Deferred.await(hungUp)
    }).pipe(Effect.provide(http))
  )

  it.live("aborts at once when it is interrupted, and the next post gets its connection", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const hungUp = yield* Deferred.make<void>()
      const server = yield* httpServer((response, { path }) => {
        if (path === "/next") return void response.end("next")
        response.on("close", () => Deferred.doneUnsafe(hungUp, Effect.void))
        Deferred.doneUnsafe(asked, Effect.void)
      })
      const fiber = yield* Effect.forkChild(post(`${server.url}/silent`))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(hungUp)
      assert.strictEqual((yield* post(`${server.url}/next`)).body, "next")
    }).pipe(Effect.provide(layer({ connections: 1 })))
  )

  it.effect("counts the wait for a free connection", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const server = yield* httpServer(() => Deferred.doneUnsafe(asked, Effect.void))
      const first = yield* Effect.forkChild(reasonOf(`${server.url}/first`))
      yield* Deferred.await(asked)
      const second = yield* Effect.forkChild(reasonOf(`${server.url}/second`))
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual([yield* Fiber.join(first), yield* Fiber.join(second)], ["timeout", "timeout"])
    }).pipe(Effect.provide(layer({ connections: 1 })))
  )

  it.effect("sends nothing of what was given up while it waited, and keeps the connection for the next", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<ServerResponse>()
      const server = yield* httpServer((response, { path }) => {
        if (path === "/slow") return Deferred.doneUnsafe(asked, Effect.succeed(response))
        response.end("next")
      })
      const slow = yield* Effect.forkChild(post(`${server.url}/slow`))
      const response = yield* Deferred.await(asked)
      const waiting = yield* Effect.forkChild(post(`${server.url}/waiting`), { startImmediately: true })
      const next = yield* Effect.forkChild(post(`${server.url}/next`), { startImmediately: true })
      yield* Fiber.interrupt(waiting)
      response.end("slow")
      assert.deepStrictEqual([(yield* Fiber.join(slow)).body, (yield* Fiber.join(next)).body], ["slow", "next"])
      assert.deepStrictEqual(
        server.received.map(({ path }) => path),
        ["/slow", "/next"]
      )
      assert.strictEqual(server.connections(), 1)
    }).pipe(Effect.provide(layer({ connections: 1 })))
  )

  it.effect("reads a body that nobody waits for on for a second, and hangs up", () =>
    Effect.gen(function* () {
      const hungUp = yield* Deferred.make<void>()
      const server = yield* httpServer((response) => {
        response.on("close", () => Deferred.doneUnsafe(hungUp, Effect.void))
        response.writeHead(404, { "content-length": "1000" }).write("x")
      })
      assert.strictEqual((yield* post(server.url)).status, 404)
      yield* TestClock.adjust("999 millis")
      assert.isFalse(yield* Deferred.isDone(hungUp))
      yield* TestClock.adjust("1 millis")
      yield* Deferred.await(hungUp)
    }).pipe(Effect.provide(http))
  )
})
