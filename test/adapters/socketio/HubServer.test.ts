import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { until } from "../../support/until.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { connect, joinRoom, transports } from "./client.ts"
import { ada, bob, startHub, tokenOf } from "./hub.ts"

const heardBy = (heard: ReadonlyArray<unknown>) =>
  until(
    Effect.sync(() => heard.length),
    (count) => count > 0
  )

it.live.each(transports)("tells a user's clients and nobody else, over %s", (transport) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const [first, second, other] = yield* Effect.all([
      connect(hub.port, { ...tokenOf(ada), transports: [transport] }),
      connect(hub.port, { ...tokenOf(ada), transports: [transport] }),
      connect(hub.port, { ...tokenOf(bob), transports: [transport] })
    ])
    yield* hub.tell(ada)
    yield* hub.tell(bob)
    yield* Effect.forEach([first, second, other], ({ heard }) => heardBy(heard))
    const { identity } = recordedFor(ada)
    const response = { Status: true, Message: "User updated successfully", NotificationId: identity, JobId: "1", Position: 1 }
    assert.deepStrictEqual(first.heard, [response])
    assert.deepStrictEqual(second.heard, [response])
    assert.deepInclude(other.heard, { ...response, NotificationId: recordedFor(bob).identity })
    assert.strictEqual(other.heard.length, 1)
  })
)

it.live.each(transports)("never lets a token's holder into another room, however it asks, over %s", (transport) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const client = yield* connect(hub.port, { ...tokenOf(bob), transports: [transport] })
    const room = `${ada}_Update_User`
    for (const asked of [
      room,
      [room],
      { room },
      { Id: ada },
      ada,
      [[room]],
      `${bob}_Update_User,${room}`,
      client.socket.id,
      "",
      null
    ])
      assert.strictEqual(yield* joinRoom(client, asked), false, JSON.stringify(asked))
    assert.strictEqual(yield* joinRoom(client, `${bob}_Update_User`, room), true)
    assert.strictEqual(yield* joinRoom(client), false)
    yield* hub.tell(ada)
    yield* hub.tell(bob)
    yield* heardBy(client.heard)
    assert.strictEqual(client.heard.length, 1)
    assert.deepInclude(client.heard[0], { NotificationId: recordedFor(bob).identity })
  })
)

it.live("passes nothing on that a client sends", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const victim = yield* connect(hub.port, tokenOf(ada))
    const forger = yield* connect(hub.port, tokenOf(bob))
    const events: Array<unknown> = []
    victim.socket.onAny((event) => (event === "Profile_Position" ? undefined : events.push(event)))
    const forged = { Status: true, Message: "forged" }
    for (const Id of [`${ada}_Update_User`, [], [`${ada}_Update_User`], null]) forger.socket.emit("Profile", { Id, ...forged })
    forger.socket.emit("Profile_Response", forged)
    forger.socket.emit("message", forged)
    assert.strictEqual(yield* joinRoom(forger, "anything"), false)
    yield* hub.tell(ada)
    yield* heardBy(victim.heard)
    assert.deepStrictEqual(events, ["Profile_Response"])
    assert.notDeepInclude(victim.heard[0], { Message: "forged" })
  })
)

it.live("tells what another process recorded", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const client = yield* connect(hub.port, tokenOf(ada))
    yield* hub.fromElsewhere(recordedFor(ada))
    yield* heardBy(client.heard)
  })
)

it.live("tells nobody an outcome that has no user", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ anonymous: true })
    const client = yield* connect(hub.port)
    yield* joinRoom(client, `${ada}_Update_User`)
    yield* joinRoom(client, "undefined_Update_User")
    yield* hub.deliver(recordedFor(undefined))
    yield* hub.tell(ada, 2)
    yield* heardBy(client.heard)
    assert.deepInclude(client.heard[0], { Position: 2 })
  })
)
