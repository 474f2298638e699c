import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { recordedFor } from "../../support/outcomes.ts"
import { connect, creeping, timelineUntil } from "./client.ts"
import { ada, bob, startHub, tokenOf } from "./hub.ts"

const page = (port: number, id: string) => connect(port, { ...tokenOf(id), transports: ["websocket"] })

it.effect("hears within three seconds what no bus carried, and only what it was not sent", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const [client, other] = yield* Effect.all([page(hub.port, ada), page(hub.port, bob)])
    yield* creeping(Effect.all([timelineUntil(client, "at 0"), timelineUntil(other, "at 0")]))
    yield* hub.tell(ada)
    hub.record(ada, 2, 3)
    yield* TestClock.adjust("3 seconds")
    assert.deepStrictEqual(yield* creeping(timelineUntil(client, 3)), ["at 0", 1, 2, 3])
    yield* TestClock.adjust("30 seconds")
    yield* hub.tell(ada, 4)
    assert.deepStrictEqual(yield* creeping(timelineUntil(client, 4)), ["at 0", 1, 2, 3, 4])
    assert.deepStrictEqual(other.timeline, ["at 0"])
  })
)

it.effect("hears at once what was lost when the bus is heard again", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const client = yield* page(hub.port, ada)
    yield* creeping(timelineUntil(client, "at 0"))
    hub.record(ada, 1, 2)
    yield* hub.resumed
    assert.deepStrictEqual(yield* creeping(timelineUntil(client, 2)), ["at 0", 1, 2])
  })
)

it.effect("goes on looking after a look failed by a bug, and logs nothing that was read", () =>
  Effect.gen(function* () {
    let looks = 0
    const hub = yield* startHub({
      through: (inbox) => ({
        ...inbox,
        behind: (positions) => Effect.suspend(() => (looks++ === 0 ? Effect.die(new Error("canary")) : inbox.behind(positions)))
      })
    })
    const client = yield* page(hub.port, ada)
    yield* creeping(timelineUntil(client, "at 0"))
    hub.record(ada, 1)
    yield* TestClock.adjust("3 seconds")
    yield* TestClock.adjust("3 seconds")
    yield* TestClock.adjust("3 seconds")
    yield* creeping(timelineUntil(client, 1))
    assert.lengthOf(
      hub.logged.filter((line) => line.startsWith("a bug kept the hub from reading")),
      1
    )
    assert.notInclude(hub.logged.join("\n"), "canary")
  })
)

it.effect("asks for the users that are connected, with the least position of each one's clients", () =>
  Effect.gen(function* () {
    const asked: Array<ReadonlyArray<readonly [string, number]>> = []
    const hub = yield* startHub({
      through: (inbox) => ({
        ...inbox,
        behind: (positions) => Effect.suspend(() => (asked.push([...positions]), inbox.behind(positions)))
      })
    })
    hub.record(ada, 1, 2)
    const clients = yield* Effect.all([page(hub.port, ada), page(hub.port, ada), page(hub.port, bob)])
    yield* creeping(Effect.all(clients.map((client) => timelineUntil(client, client === clients[2] ? "at 0" : "at 2"))))
    yield* TestClock.adjust("3 seconds")
    assert.deepStrictEqual(asked, [
      [
        [ada, 2],
        [bob, 0]
      ]
    ])
    hub.ledger.outcomes.set(recordedFor(ada, 3).identity, recordedFor(ada, 3))
    yield* TestClock.adjust("3 seconds")
    yield* creeping(Effect.all([timelineUntil(clients[0], 3), timelineUntil(clients[1], 3)]))
  })
)
