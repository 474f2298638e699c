import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { InvalidToken, VerifierUnavailable } from "../../../src/domain/Errors.ts"
import * as TokenVerifierMock from "../../../src/testing/TokenVerifierMock.ts"
import { connect, joinRoom, transports } from "./client.ts"
import { ada, bob, startHub, tokenOf } from "./hub.ts"

const unauthorized = { message: "a valid token is required in auth.token" }
const later = { message: "try again later", data: { retry: true } }

it.live.each(transports)("refuses a handshake that shows no valid token, over %s", (transport) =>
  Effect.gen(function* () {
    const { port } = yield* startHub()
    const tokens = [undefined, null, "", "forged", 7, true, [tokenOf(ada).auth.token], { token: tokenOf(ada).auth.token }]
    for (const token of tokens)
      assert.deepStrictEqual(yield* Effect.flip(connect(port, { auth: { token }, transports: [transport] })), unauthorized)
    assert.deepStrictEqual(yield* Effect.flip(connect(port, { transports: [transport] })), unauthorized)
  })
)

it.live("does not look for a token in the query string or in a header", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub()
    const { token } = tokenOf(ada).auth
    const elsewhere = { query: { token }, extraHeaders: { authorization: `Bearer ${token}` } }
    assert.deepStrictEqual(yield* Effect.flip(connect(port, elsewhere)), unauthorized)
  })
)

it.live("refuses an expired token", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({
      verifier: TokenVerifierMock.layer(() => Effect.fail(new InvalidToken({ reason: "expired" })))
    })
    assert.deepStrictEqual(yield* Effect.flip(connect(port, tokenOf(ada))), unauthorized)
  })
)

it.live("refuses a valid token whose subject can be no user", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub()
    for (const id of ["a b", "ünï", `${ada}'--`, "x".repeat(101)])
      assert.deepStrictEqual(yield* Effect.flip(connect(port, tokenOf(id))), unauthorized)
  })
)

it.live("asks a client to come again when nobody can say whether its token is good", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({
      verifier: TokenVerifierMock.layer(() => Effect.fail(new VerifierUnavailable({ reason: "unreachable" })))
    })
    assert.deepStrictEqual(yield* Effect.flip(connect(port, tokenOf(ada))), later)
  })
)

it.live("asks a client to come again when verifying its token fails by a bug", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({ verifier: TokenVerifierMock.layer(() => Effect.die("a bug")) })
    assert.deepStrictEqual(yield* Effect.flip(connect(port, tokenOf(ada))), later)
  })
)

it.effect("asks a client to come again when its token has not been verified within four seconds", () =>
  Effect.gen(function* () {
    const asked = yield* Deferred.make<void>()
    const never = Effect.andThen(Deferred.succeed(asked, undefined), Effect.never)
    const { port } = yield* startHub({ verifier: TokenVerifierMock.layer(() => never) })
    const refused = yield* Effect.forkChild(Effect.flip(connect(port, tokenOf(ada))))
    yield* Deferred.await(asked)
    yield* TestClock.adjust("4 seconds")
    assert.deepStrictEqual(yield* Fiber.join(refused), later)
  })
)

it.live("lets a client without a token join users' rooms where that is allowed, and warns of it at start", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ anonymous: true })
    assert.match(hub.logged[0] ?? "", /^MESSAGES_ANONYMOUS is on: anyone may listen/u)
    const client = yield* connect(hub.port)
    for (const room of ["", "_Update_User", "a b_Update_User", ada, [`${ada}_Update_User`], { room: `${ada}_Update_User` }, 7])
      assert.strictEqual(yield* joinRoom(client, room), false, JSON.stringify(room))
    yield* hub.tell(ada)
    assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), true)
    yield* hub.tell(ada, 2)
    yield* joinRoom(client, "")
    assert.deepStrictEqual(client.heard.length, 1)
    assert.deepInclude(client.heard[0], { Position: 2 })
  })
)

it.live("does not let a client without a token fill the memory with rooms", () =>
  Effect.gen(function* () {
    const { port } = yield* startHub({ anonymous: true, limits: { burst: 200 } })
    const client = yield* connect(port)
    const joined = yield* Effect.forEach(Array.from({ length: 101 }).keys(), (user) => joinRoom(client, `${user}_Update_User`))
    assert.deepStrictEqual([joined[99], joined[100]], [true, false])
  })
)

it.live("holds a token to its user where clients without one are let in, and refuses a bad one", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ anonymous: true })
    const client = yield* connect(hub.port, tokenOf(bob))
    assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), false)
    assert.strictEqual(yield* joinRoom(client, `${bob}_Update_User`), true)
    for (const token of ["", "forged", 7])
      assert.deepStrictEqual(yield* Effect.flip(connect(hub.port, { auth: { token } })), unauthorized)
  })
)

it.live("says nothing of anonymous clients at start where there are none", () =>
  Effect.gen(function* () {
    const { logged } = yield* startHub()
    assert.isFalse(logged.some((line) => line.includes("MESSAGES_ANONYMOUS")))
  })
)
