import { assert, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { InvalidToken, VerifierUnavailable } from "../../../src/domain/Errors.ts"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { becomes, connect, creeping, joinRoom, timelineUntil, transports } from "./client.ts"
import { ada, bob, startHub } from "./hub.ts"

const claims = /^(\w+) until (\d+)$/u

/** Lets tokens of the form `<Id> until <second>` in, whatever the time; `away` is one that nobody can judge. */
const verifier = Layer.succeed(TokenVerifier, {
  verify: (token) => {
    const [, id, second] = claims.exec(Redacted.value(token)) ?? []
    if (Redacted.value(token) === "away") return Effect.fail(new VerifierUnavailable({ reason: "unreachable" }))
    return id === undefined
      ? Effect.fail(new InvalidToken({ reason: "signature" }))
      : Effect.succeed({ id, expiresAt: Number(second) * 1000 })
  }
})

const until = (id: string, second: number) => `${id} until ${second}`
const refresh = (client: Parameters<typeof joinRoom>[0], ...args: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() => client.socket.emitWithAck("refreshToken", ...args))

it.effect.each(transports)(
  "closes a client within five seconds of its token's expiry, and not before it, over %s",
  (transport) =>
    Effect.gen(function* () {
      const { port } = yield* startHub({ verifier })
      const client = yield* connect(port, { auth: { token: until(ada, 60) }, transports: [transport] })
      const other = yield* connect(port, { auth: { token: until(bob, 600) }, transports: [transport] })
      yield* TestClock.adjust("61 seconds")
      assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), true)
      yield* TestClock.adjust("4 seconds")
      yield* TestClock.withLive(becomes(client, false))
      assert.notInclude(client.disconnects, "io server disconnect")
      assert.strictEqual(yield* joinRoom(other, `${bob}_Update_User`), true)
      assert.deepStrictEqual(other.disconnects, [])
    })
)

it.effect("is there again by itself with a fresh token where the page's auth is a function, and hears on", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ verifier })
    let second = 60
    const auth = (answer: (auth: object) => void) => answer({ token: until(ada, second), after: 0 })
    const client = yield* connect(hub.port, { auth, transports: ["websocket"] })
    yield* creeping(timelineUntil(client, "at 0"))
    second = 3600
    yield* TestClock.adjust("63 seconds")
    yield* TestClock.withLive(becomes(client, false))
    hub.record(ada, 1)
    assert.deepStrictEqual(yield* creeping(timelineUntil(client, "at 1")), ["at 0", 1, "at 1"])
  })
)

it.effect("refuses a token with which a client would be closed at once", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({ verifier })
    yield* TestClock.adjust("62 seconds")
    const refused = yield* Effect.flip(connect(port, { auth: { token: until(ada, 60) } }))
    assert.deepStrictEqual(refused, { message: "a valid token is required in auth.token" })
    yield* connect(port, { auth: { token: until(ada, 61) } })
  })
)

it.effect("keeps a client that shows a new token of its user, until that one expires", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({ verifier })
    const client = yield* connect(port, { auth: { token: until(ada, 60) }, transports: ["websocket"] })
    assert.strictEqual(yield* refresh(client, until(ada, 120)), true)
    client.socket.emit("refreshToken", until(ada, 180))
    assert.strictEqual(yield* refresh(client, until(ada, 90)), true)
    yield* TestClock.adjust("179 seconds")
    assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), true)
    yield* TestClock.adjust("6 seconds")
    yield* TestClock.withLive(becomes(client, false))
  })
)

it.effect("changes nothing for another user's token or a bad one", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({ verifier })
    const client = yield* connect(port, { auth: { token: until(ada, 60) }, transports: ["websocket"] })
    for (const token of [
      until(bob, 600),
      until(`${ada}x`, 600),
      "forged",
      "away",
      "",
      7,
      null,
      [until(ada, 600)],
      { token: 1 }
    ])
      assert.strictEqual(yield* refresh(client, token), false, JSON.stringify(token))
    assert.strictEqual(yield* refresh(client), false)
    client.socket.emit("refreshToken")
    assert.strictEqual(yield* joinRoom(client, `${bob}_Update_User`), false)
    assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), true)
    yield* TestClock.adjust("63 seconds")
    yield* TestClock.withLive(becomes(client, false))
  })
)

it.effect("never gives a client without a token one later, and never closes it for its age", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({ verifier, anonymous: true })
    const client = yield* connect(port, { transports: ["websocket"] })
    assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), true)
    client.socket.emit("refreshToken", until(ada, 60))
    yield* TestClock.adjust("1 hour")
    assert.strictEqual(yield* joinRoom(client, `${bob}_Update_User`), true)
  })
)
