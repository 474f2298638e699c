import { type ServerResponse } from "node:http"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Logger, Redacted } from "effect"
import * as TokenVerifierJwks from "../../../src/adapters/jose/TokenVerifierJwks.ts"
import * as HttpExchangeUndici from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import { keySetOf, makeKey, serveIssuer, signJwt } from "../../support/issuer.ts"
import { deadUrl, httpServer, socketServer } from "../../support/localServer.ts"

const key = makeKey("ES256")
const good = keySetOf(key)
const exp = Math.floor(Date.now() / 1000) + 3600
const token = signJwt(key, { Id: "1234567890", exp })

const layerOn = (url: string) =>
  TokenVerifierJwks.layer({ url }).pipe(
    Layer.provide([HttpExchangeUndici.layer({ connections: 2 }), BreakersMock.layer]),
    Layer.provideMerge(Logger.layer([]))
  )
const verify = (text = token) =>
  TokenVerifier.use((verifier) => verifier.verify(Redacted.make(text))).pipe(
    Effect.match({ onSuccess: ({ id }) => id, onFailure: ({ message }) => message })
  )
const outcomeOn = (url: string) => Effect.provide(verify(), layerOn(url))

const bad = "VerifierUnavailable: badAnswer"
const manyKeys = keySetOf(...Array.from({ length: 10_000 }, (_, index) => ({ ...key.jwk, kid: `k${index}` })))

describe("an issuer that", () => {
  it.live("redirects is told so, and nobody else is asked", () =>
    Effect.gen(function* () {
      const other = yield* httpServer((response) => response.end(good))
      for (const status of [301, 302, 303, 307, 308]) {
        const server = yield* httpServer((response) => response.writeHead(status, { location: other.url }).end(good))
        assert.strictEqual(yield* outcomeOn(server.url), bad)
        assert.lengthOf(server.received, 1)
      }
      assert.lengthOf(other.received, 0)
    })
  )

  it.live("is named by a token instead is not asked, nor is the right one", () =>
    Effect.gen(function* () {
      const attacker = makeKey("ES256")
      const other = yield* httpServer((response) => response.end(keySetOf(attacker)))
      const server = yield* serveIssuer(good)
      for (const members of [{ jku: other.url }, { x5u: other.url }, { jwk: attacker.jwk }]) {
        const forged = signJwt(attacker, { Id: "1234567890", exp }, { alg: "ES256", kid: key.kid, ...members })
        assert.strictEqual(yield* Effect.provide(verify(forged), layerOn(server.url)), "InvalidToken: malformed")
      }
      assert.lengthOf([...other.received, ...server.received], 0)
    })
  )

  const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
    "answers in HTML": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html></html>"),
    "answers 404": (response) => response.writeHead(404).end(good),
    "answers 401": (response) => response.writeHead(401).end(good),
    "answers 204": (response) => response.writeHead(204).end(),
    "sends 10,000 keys": (response) => response.end(manyKeys),
    "zips its keys": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(good)),
    "sends a gzip bomb": (response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(60_000_000))),
    "writes UTF-16": (response) => response.end(Buffer.from(`\uFEFF${good}`, "utf16le")),
    "sends __proto__": (response) => response.end(`{"__proto__":{"polluted":1},${good.slice(1)}`),
    "sends half of it": (response) => response.end(good.slice(0, -20)),
    "has a secret only": (response) => response.end(keySetOf({ kty: "oct", k: "c2VjcmV0", kid: key.kid, alg: "ES256" }))
  }
  it.live.each(Object.entries(answers))("%s is nonsense, at once", ([, respond]) =>
    Effect.gen(function* () {
      const server = yield* httpServer(respond)
      assert.strictEqual(yield* outcomeOn(server.url), bad)
      assert.lengthOf(Object.keys(Object.prototype), 0)
    })
  )

  it.live("sends 50 MB is cut off after little of it", () =>
    Effect.gen(function* () {
      const cut = yield* Deferred.make<number>()
      const server = yield* httpServer((response) => {
        let sent = 0
        response.on("close", () => Deferred.doneUnsafe(cut, Effect.succeed(sent)))
        const pour = () => {
          while (sent < 50_000_000 && response.write(" ".repeat(65_536))) sent += 65_536
        }
        response.writeHead(200, { "content-length": 50_000_000 }).on("drain", pour)
        pour()
      })
      assert.strictEqual(yield* outcomeOn(server.url), bad)
      assert.isBelow(yield* Deferred.await(cut), 25_000_000)
    })
  )

  it.live("is slow is left after two seconds, and asked again: it drips, or never answers", () =>
    Effect.gen(function* () {
      const hungUp: Array<string> = []
      const slow = new Set(["/drips", "/silent"])
      const server = yield* httpServer((response, { path }) => {
        if (!slow.delete(path)) return void response.end(good)
        const drip = setInterval(() => path === "/drips" && response.write(" "), 50)
        response.on("close", () => {
          clearInterval(drip)
          hungUp.push(path)
        })
      })
      const began = performance.now()
      const outcomes = yield* Effect.forEach(["/drips", "/silent"], (path) => outcomeOn(`${server.url}${path}`), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(outcomes, ["1234567890", "1234567890"])
      assert.isAbove(performance.now() - began, 1900)
      assert.sameMembers(hungUp, ["/drips", "/silent"])
      assert.lengthOf(server.received, 4)
    })
  )

  it.live("cuts connections or refuses them is waited for, one that speaks another protocol is not", () =>
    Effect.gen(function* () {
      const cut = yield* socketServer((socket) => socket.once("data", () => socket.destroy()))
      const noise = yield* socketServer((socket) => socket.write("220 mail.example ESMTP\r\n"))
      assert.strictEqual(yield* outcomeOn(noise), "VerifierUnavailable: badAnswer")
      for (const url of [yield* deadUrl, cut]) {
        const outcome = outcomeOn(url).pipe(
          Effect.timeoutOrElse({ duration: "300 millis", orElse: () => Effect.succeed("still waiting") })
        )
        assert.strictEqual(yield* outcome, "still waiting", url)
      }
    })
  )

  it.live("turns its keys over is followed: the new kid is taken, the old one no more", () =>
    Effect.gen(function* () {
      const issuer = yield* serveIssuer(good)
      const next = makeKey("EdDSA", "next")
      const nextToken = signJwt(next, { Id: "1234567890", exp })
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* verify(), "1234567890")
        assert.strictEqual(issuer.received.length, 1)
        issuer.publish(keySetOf(next))
        assert.strictEqual(yield* verify(nextToken), "1234567890")
        assert.strictEqual(yield* verify(), "InvalidToken: signature")
        issuer.fail(500)
        assert.strictEqual(yield* verify(nextToken), "1234567890")
        assert.strictEqual(issuer.received.length, 2)
      }).pipe(Effect.provide(layerOn(issuer.url)))
    })
  )
})
