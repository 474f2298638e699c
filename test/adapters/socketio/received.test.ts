import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { until } from "../../support/until.ts"
import { connect, joinRoom, timelineUntil, transports } from "./client.ts"
import { ada, bob, startHub, tokenOf } from "./hub.ts"
import { openRaw } from "./rawClient.ts"

const quick = { pingInterval: 100, pingTimeout: 2000 }
const never = { pingInterval: 60_000 }

it.live.each(transports)("takes an answered ping that was sent after an outcome for its delivery, over %s", (transport) =>
  Effect.gen(function* () {
    const hub = yield* startHub({ limits: quick })
    hub.record(ada, 1, 2)
    const client = yield* connect(hub.port, { ...tokenOf(ada), transports: [transport] })
    yield* timelineUntil(client, "at 2")
    yield* hub.tell(ada, 3)
    yield* until(hub.delivered(ada), ({ length }) => length === 3)
  })
)

it.live("takes an acknowledgement for the delivery of all that the client was sent before", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ limits: never })
    hub.record(ada, 1, 2, 3)
    hub.record(bob, 1, 2, 3)
    const client = yield* connect(hub.port, tokenOf(ada))
    yield* timelineUntil(client, "at 3")
    assert.deepStrictEqual(yield* hub.delivered(ada), [])
    client.acknowledge[1]?.()
    yield* until(hub.delivered(ada), ({ length }) => length > 0)
    assert.deepStrictEqual(yield* hub.delivered(ada), [1, 2])
    assert.deepStrictEqual(yield* hub.delivered(bob), [])
  })
)

it.live(
  "does not count an outcome as delivered whose client died before its ping, and replays it to one without position",
  () =>
    Effect.gen(function* () {
      const hub = yield* startHub({ limits: never })
      const first = yield* connect(hub.port, tokenOf(ada))
      yield* timelineUntil(first, "at 0")
      yield* hub.tell(ada)
      yield* timelineUntil(first, 1)
      first.socket.io.engine.close()
      first.socket.disconnect()
      assert.deepStrictEqual(yield* hub.delivered(ada), [])
      const second = yield* connect(hub.port, tokenOf(ada))
      assert.deepStrictEqual(yield* timelineUntil(second, "at 1"), [1, "at 1"])
    })
)

it.live("does not take a pong that answers no ping, or one that was sent before the outcome, for a delivery", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ limits: { pingInterval: 300, pingTimeout: 5000 } })
    const client = yield* openRaw(hub.port, tokenOf(ada).auth)
    const joins = (id: number) =>
      Effect.andThen(
        Effect.sync(() => client.send(`42${id}["joinRoom",""]`)),
        client.hears(`43${id}`)
      )
    for (let times = 0; times < 2; times++) client.send("3")
    yield* client.hears("2")
    yield* hub.tell(ada)
    yield* client.hears('420["Profile_Response"')
    for (let times = 0; times < 3; times++) client.send("3")
    yield* joins(1)
    assert.deepStrictEqual(yield* hub.delivered(ada), [])
    yield* client.hears("2", 2)
    yield* joins(2)
    assert.deepStrictEqual(yield* hub.delivered(ada), [])
    client.send("3")
    yield* until(hub.delivered(ada), ({ length }) => length === 1)
  })
)

it.live("never counts what a client without a token acknowledges or answers", () =>
  Effect.gen(function* () {
    const hub = yield* startHub({ anonymous: true, limits: quick })
    const client = yield* connect(hub.port)
    let pings = 0
    client.socket.io.on("ping", () => pings++)
    assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), true)
    yield* hub.tell(ada)
    yield* timelineUntil(client, 1)
    client.acknowledge[0]?.()
    yield* until(
      Effect.sync(() => pings),
      (count) => count >= 3
    )
    assert.deepStrictEqual(yield* hub.delivered(ada), [])
  })
)

it.live("goes on noting deliveries after one could not be noted by a bug, and writes one at a time", () =>
  Effect.gen(function* () {
    const written: Array<number> = []
    const hub = yield* startHub({
      limits: never,
      through: (inbox) => ({
        ...inbox,
        received: (id, position) =>
          Effect.suspend(() => {
            written.push(position)
            return written.length === 1 ? Effect.die(new Error("canary")) : inbox.received(id, position)
          })
      })
    })
    hub.record(ada, 1, 2, 3)
    const client = yield* connect(hub.port, tokenOf(ada))
    yield* timelineUntil(client, "at 3")
    client.acknowledge[0]?.()
    yield* until(
      Effect.sync(() => hub.logged),
      (lines) => lines.some((line) => line.startsWith("a bug kept a delivery out of the ledger"))
    )
    client.acknowledge[2]?.()
    yield* until(hub.delivered(ada), ({ length }) => length === 3)
    assert.deepStrictEqual(written, [1, 3])
    assert.notInclude(hub.logged.join("\n"), "canary")
  })
)
