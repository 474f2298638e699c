import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { serveTokenApi } from "../../src/local/TokenApi.ts"
import { issueToken } from "../../src/local/TokenIssuer.ts"

const secret = Redacted.make("a secret of at least thirty-two bytes")

const misbehave = (token: unknown) => (token === "lie" ? { status: 503, body: `"down"` } : undefined)

const ask = (url: string, Token: unknown) =>
  Effect.promise(async () => {
    const headers = { "content-type": "application/json" }
    const response = await fetch(`${url}/Verify_Jwt`, { method: "POST", headers, body: JSON.stringify({ Token }) })
    return { status: response.status, body: await response.json() }
  })

describe("the double of the token API", () => {
  it.effect("answers a good token with its claims", () =>
    Effect.gen(function* () {
      const { url } = yield* serveTokenApi({ secret })
      const issuedAt = new Date()
      const iat = Math.floor(issuedAt.getTime() / 1000)
      assert.deepStrictEqual(yield* ask(url, yield* issueToken(secret, "1234567890", { issuedAt })), {
        status: 200,
        body: { Status: true, Response: "Valid token", Id: { Id: "1234567890", iat, exp: iat + 3600 } }
      })
    }).pipe(Effect.scoped)
  )

  it.effect("refuses an expired token, one of another secret, garbage and none with 401", () =>
    Effect.gen(function* () {
      const { url } = yield* serveTokenApi({ secret })
      const expired = yield* issueToken(secret, "1", { lifetime: -60 })
      const foreign = yield* issueToken(Redacted.make("another secret of thirty-two bytes"), "1")
      const refusals = [expired, foreign, "garbage", undefined].map((token) => ask(url, token))
      assert.deepStrictEqual(yield* Effect.all(refusals), [
        { status: 401, body: { Status: false, Response: "Token expired" } },
        { status: 401, body: { Status: false, Response: "Invalid token" } },
        { status: 401, body: { Status: false, Response: "Invalid token" } },
        { status: 401, body: { Status: false, Response: "Token not provided" } }
      ])
    }).pipe(Effect.scoped)
  )

  it.effect("misbehaves where it is told to", () =>
    Effect.gen(function* () {
      const { url } = yield* serveTokenApi({ secret, misbehave })
      assert.deepStrictEqual(yield* ask(url, "lie"), { status: 503, body: "down" })
      assert.strictEqual((yield* ask(url, "other")).status, 401)
    }).pipe(Effect.scoped)
  )

  it.effect("fails readably where its port is taken, and frees it when its scope closes", () =>
    Effect.gen(function* () {
      const { port } = yield* Effect.scoped(
        Effect.tap(serveTokenApi({ secret }), ({ port }) =>
          Effect.map(Effect.flip(Effect.scoped(serveTokenApi({ secret, port }))), ({ reason, message }) => {
            assert.strictEqual(reason, "portTaken")
            assert.include(message, String(port))
          })
        )
      )
      assert.strictEqual((yield* Effect.scoped(serveTokenApi({ secret, port }))).port, port)
    })
  )
})
