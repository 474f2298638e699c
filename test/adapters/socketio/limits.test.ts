import { connect as connectTcp } from "node:net"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Recorded } from "../../../src/domain/Outcome.ts"
import type { Inbox } from "../../../src/services/Inbox.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { until } from "../../support/until.ts"
import { becomes, type Client, connect, joinRoom, timelineUntil, transports } from "./client.ts"
import { ada, bob, startHub, tokenOf } from "./hub.ts"
import { openRaw } from "./rawClient.ts"
import { openSlow } from "./slowClient.ts"

type Hub = Effect.Success<ReturnType<typeof startHub>>

const room = (id: string) => `${id}_Update_User`
const handshake = (id: string, after?: number) => `40${JSON.stringify(tokenOf(id, after).auth)}`
const later = { message: "too many connections: try again later", data: { retry: true } }

/** Connects bob, and says afterwards whether all went well for him. */
const startHealthy = (hub: Hub) =>
  Effect.map(connect(hub.port, tokenOf(bob)), (client) =>
    Effect.gen(function* () {
      yield* timelineUntil(client, "at 0")
      yield* hub.tell(bob)
      yield* timelineUntil(client, 1)
      assert.strictEqual(yield* joinRoom(client, room(bob)), true)
      assert.deepStrictEqual(client.disconnects, [])
    })
  )

const isBack = (client: Client) => Effect.andThen(becomes(client, true), joinRoom(client, room(ada)))

it.live.each(transports)(
  "cuts a client that sends more than ten messages a second, and it may come back, over %s",
  (transport) =>
    Effect.gen(function* () {
      const hub = yield* startHub()
      const isHealthy = yield* startHealthy(hub)
      const client = yield* connect(hub.port, { ...tokenOf(ada), transports: [transport] })
      for (let count = 0; count < 200; count++) client.socket.emit("joinRoom", room(ada))
      yield* until(
        Effect.sync(() => client.disconnects.length),
        (count) => count === 1
      )
      assert.notInclude(client.disconnects, "io server disconnect")
      assert.strictEqual(yield* isBack(client), true)
      yield* isHealthy
    })
)

it.live("bears twenty messages at once", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const client = yield* connect(hub.port, tokenOf(ada))
    yield* Effect.all(
      Array.from({ length: 19 }, () => joinRoom(client, room(ada))),
      { concurrency: "unbounded" }
    )
    assert.deepStrictEqual(client.disconnects, [])
  })
)

it.live.each(["3", "4399[]", "6", '42["nothing"]', "40{}"])("cuts a client that sends %s without end", (frame) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const isHealthy = yield* startHealthy(hub)
    const client = yield* openRaw(hub.port, tokenOf(ada).auth)
    for (let count = 0; count < 100; count++) client.send(frame)
    yield* client.closed
    yield* isHealthy
  })
)

it.live("cuts a connection that handshakes twice, or leaves and stays", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const isHealthy = yield* startHealthy(hub)
    const twice = yield* openRaw(hub.port)
    for (let times = 0; times < 2; times++) twice.send(handshake(ada))
    yield* twice.closed
    const left = yield* openRaw(hub.port, tokenOf(ada).auth)
    left.send("41")
    yield* left.closed
    yield* isHealthy
  })
)

it.live("has twenty seats for each user, asks the next client to come later, and gives a seat that is free", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const isHealthy = yield* startHealthy(hub)
    const all = yield* Effect.all(
      Array.from({ length: 30 }, () => Effect.result(connect(hub.port, tokenOf(ada)))),
      { concurrency: "unbounded" }
    )
    const clients = all.flatMap((result) => (result._tag === "Success" ? [result.success] : []))
    assert.lengthOf(clients, 20)
    for (const result of all) if (result._tag === "Failure") assert.deepStrictEqual(result.failure, later)
    clients[0]?.socket.disconnect()
    yield* until(Effect.result(connect(hub.port, tokenOf(ada))), ({ _tag }) => _tag === "Success")
    assert.deepStrictEqual(yield* Effect.flip(connect(hub.port, tokenOf(ada))), later)
    yield* isHealthy
  })
)

const longOutcomes: ReadonlyArray<Recorded> = Array.from({ length: 30_000 }, (_, index) => ({
  ...recordedFor(ada, index + 1),
  jobId: "x".repeat(255)
}))

/** Ada has these outcomes, up to `last` when a client comes. */
const hasLong =
  (last: number, onRead: () => void) =>
  (inbox: Inbox["Service"]): Inbox["Service"] => ({
    ...inbox,
    last: (id) => (id === ada ? Effect.succeed(last) : inbox.last(id)),
    after: (id, position) =>
      id === ada ? Effect.sync(() => (onRead(), longOutcomes.slice(position, position + 100))) : inbox.after(id, position)
  })

const slowSetUp = { drainTimeout: 500, connectionsOfUser: 1, acknowledgeTimeout: 1000 }

const hasSeat = (hub: Hub) => until(Effect.result(connect(hub.port, tokenOf(ada, 29_999))), ({ _tag }) => _tag === "Success")

it.live("cuts a client that does not take what it has missed, having read little of it", () =>
  Effect.gen(function* () {
    let read = 0
    const hub = yield* startHub({
      limits: slowSetUp,
      through: hasLong(longOutcomes.length, () => (read += 100))
    })
    const isHealthy = yield* startHealthy(hub)
    const slow = yield* openSlow(hub.port, handshake(ada, 0))
    yield* until(
      Effect.sync(() => read),
      (count) => count > 1000
    )
    assert.deepStrictEqual(yield* Effect.flip(connect(hub.port, tokenOf(ada))), later)
    yield* hasSeat(hub)
    assert.isBelow(read, longOutcomes.length)
    yield* isHealthy
    yield* slow.readToTheEnd
  })
)

it.live("cuts a client that does not take what it is told, with a token or without one, and keeps little for it", () =>
  Effect.gen(function* () {
    let read = 0
    const hub = yield* startHub({
      anonymous: true,
      limits: slowSetUp,
      through: hasLong(0, () => (read += 100))
    })
    const isHealthy = yield* startHealthy(hub)
    const slow = yield* openSlow(hub.port, handshake(ada))
    const nobody = yield* openSlow(hub.port, "40", `42["joinRoom","${room(ada)}"]`)
    yield* Effect.forEach(longOutcomes, hub.deliver, { discard: true })
    yield* hasSeat(hub)
    yield* Effect.all([slow.readToTheEnd, nobody.readToTheEnd])
    assert.isBelow(read, longOutcomes.length)
    yield* isHealthy
  })
)

it.live("closes a connection that does not say who it is, or does not even ask", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ limits: { connectTimeout: 300 } })
    const isHealthy = yield* startHealthy(hub)
    const silent = yield* openRaw(hub.port)
    const halfAsked = yield* Effect.acquireRelease(
      Effect.sync(() => connectTcp(hub.port, "127.0.0.1").on("error", () => undefined)),
      (socket) => Effect.sync(() => socket.destroy())
    )
    halfAsked.resume().write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost:")
    yield* silent.closed
    yield* until(
      Effect.sync(() => halfAsked.closed),
      (closed) => closed
    )
    yield* isHealthy
  })
)
