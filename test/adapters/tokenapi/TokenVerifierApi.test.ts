import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { type ServerResponse } from "node:http"
import { layer } from "../../../src/adapters/tokenapi/TokenVerifierApi.ts"
import { layer as layerHttp } from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import { httpServer, socketServer } from "../../support/localServer.ts"

const soon = Math.floor(Date.now() / 1000) + 3600
const valid = JSON.stringify({ Status: true, Response: "Valid token", Id: { Id: "1234567890", iat: soon - 3600, exp: soon } })
const subject = { id: "1234567890", expiresAt: soon * 1000 }

const verify = (url: string, token = "a.b.c") =>
  TokenVerifier.use((verifier) => verifier.verify(Redacted.make(token))).pipe(
    Effect.provide(layer({ url }).pipe(Layer.provide([layerHttp({ connections: 2 }), BreakersMock.layer])))
  )
const failureOf = (url: string, token?: string) =>
  verify(url, token).pipe(
    Effect.flip,
    Effect.map(({ message }) => message)
  )

type Respond = (response: ServerResponse) => void
const ok =
  (body: string): Respond =>
  (response) =>
    response.end(body)
const status =
  (code: number, body = ""): Respond =>
  (response) =>
    response.writeHead(code).end(body)
const claims = (members: object) => ok(JSON.stringify({ Status: true, Id: { Id: "1234567890", exp: soon, ...members } }))

describe("TokenVerifierApi", () => {
  it.live("posts the token as the contract says, whether or not the address ends with a slash", () =>
    Effect.gen(function* () {
      const server = yield* httpServer(ok(valid))
      assert.deepStrictEqual(yield* verify(server.url, 'tö"ken'), subject)
      assert.deepStrictEqual(yield* verify(`${server.url}/`), subject)
      assert.deepStrictEqual(yield* verify(`${server.url}/below/`), subject)
      const [first, second, third] = server.received
      assert.deepInclude(first, { method: "POST", path: "/Verify_Jwt", body: JSON.stringify({ Token: 'tö"ken' }) })
      assert.strictEqual(first?.headers["content-type"], "application/json")
      assert.strictEqual(second?.path, "/Verify_Jwt")
      assert.strictEqual(third?.path, "/below/Verify_Jwt")
    })
  )

  it.live.each<[string, Respond, string]>([
    ["401", status(401, '{"Status":false}'), "InvalidToken: refused"],
    ["401 with any body", status(401, valid), "InvalidToken: refused"],
    ["Status false", ok('{"Status":false,"Response":"x"}'), "InvalidToken: refused"],
    ["claims that have expired", claims({ exp: soon - 7200 }), "InvalidToken: expired"],
    ["HTML", ok("<!doctype html><title>Welcome</title>"), "VerifierUnavailable: badAnswer"],
    ["no JSON", ok("Valid token"), "VerifierUnavailable: badAnswer"],
    ["nothing", ok(""), "VerifierUnavailable: badAnswer"],
    ["Status true without claims", ok('{"Status":true}'), "VerifierUnavailable: badAnswer"],
    ["an Id of another type", claims({ Id: 1_234_567_890 }), "VerifierUnavailable: badAnswer"],
    ["an exp of another type", claims({ exp: String(soon) }), "VerifierUnavailable: badAnswer"],
    ["more than 64 KiB", ok(valid + " ".repeat(65_536)), "VerifierUnavailable: badAnswer"],
    ["no UTF-8", (response) => response.end(Buffer.from([0xff, 0xfe])), "VerifierUnavailable: badAnswer"],
    ["201", status(201, valid), "VerifierUnavailable: badAnswer"],
    ["400", status(400, valid), "VerifierUnavailable: badAnswer"],
    ["403", status(403, valid), "VerifierUnavailable: badAnswer"],
    ["404", status(404, valid), "VerifierUnavailable: badAnswer"]
  ])("tells at once, asking once: %s", ([, respond, expected]) =>
    Effect.gen(function* () {
      const server = yield* httpServer(respond)
      assert.strictEqual(yield* failureOf(server.url), expected)
      assert.lengthOf(server.received, 1)
    })
  )

  it.live("follows no redirect: the token goes to nobody else", () =>
    Effect.gen(function* () {
      const other = yield* httpServer(ok(valid))
      for (const code of [301, 302, 303, 307, 308]) {
        const server = yield* httpServer((response) => response.writeHead(code, { location: other.url }).end())
        assert.strictEqual(yield* failureOf(server.url), "VerifierUnavailable: badAnswer")
      }
      assert.lengthOf(other.received, 0)
    })
  )

  it.live("refuses an empty token, and one of more than 16 KiB, without asking", () =>
    Effect.gen(function* () {
      const server = yield* httpServer(ok(valid))
      for (const token of ["", "x".repeat(16_385), "é".repeat(8193), "x".repeat(200_000)])
        assert.strictEqual(yield* failureOf(server.url, token), "InvalidToken: malformed")
      assert.lengthOf(server.received, 0)
      assert.deepStrictEqual(yield* verify(server.url, "x".repeat(16_384)), subject)
    })
  )

  it.live.each([500, 502, 503, 504, 408, 429])("tries again after %d", (code) =>
    Effect.gen(function* () {
      let left = 2
      const server = yield* httpServer((response) => (left-- > 0 ? status(code, "away") : ok(valid))(response))
      assert.deepStrictEqual(yield* verify(server.url), subject)
      assert.lengthOf(server.received, 3)
    })
  )

  it.live("tries again when the connection is cut, before or in an answer", () =>
    Effect.gen(function* () {
      const answers = ["", "HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{", `HTTP/1.1 200 OK\r\n\r\n${valid}`]
      const url = yield* socketServer((socket) => socket.once("data", () => socket.end(answers.shift() ?? "")))
      assert.deepStrictEqual(yield* verify(url), subject)
      assert.lengthOf(answers, 0)
    })
  )

  it.effect.each(["silent", "dripping"])("tries again when a %s server has used up five seconds", (kind) =>
    Effect.gen(function* () {
      const first = yield* Deferred.make<void>()
      const second = yield* Deferred.make<void>()
      const asked = [first, second]
      const server = yield* httpServer((response) => {
        if (asked.length === 1) response.end(valid)
        else if (kind === "dripping") response.write("{")
        Deferred.doneUnsafe(asked.shift() ?? second, Effect.void)
      })
      const fiber = yield* Effect.forkChild(verify(server.url))
      yield* Deferred.await(first)
      yield* TestClock.adjust("4999 millis")
      assert.lengthOf(server.received, 1)
      yield* TestClock.adjust("1 second")
      yield* Deferred.await(second)
      assert.deepStrictEqual(yield* Fiber.join(fiber), subject)
    })
  )
})
