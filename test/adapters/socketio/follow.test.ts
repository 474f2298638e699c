import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Latch } from "effect"
import { recordedFor } from "../../support/outcomes.ts"
import { becomes, connect, joinRoom, timelineUntil, transports } from "./client.ts"
import { ada, bob, makeLedger, startHub, tokenOf } from "./hub.ts"

const to = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

it.live.each(transports)(
  "replays what came after the stated position, once and in order, then the position, over %s",
  (transport) =>
    Effect.gen(function* () {
      const hub = yield* startHub()
      hub.record(ada, 3, 1, 5, 2, 4)
      hub.record(bob, 1, 2, 3, 4, 5, 6)
      const client = yield* connect(hub.port, { ...tokenOf(ada, 2), transports: [transport] })
      yield* timelineUntil(client, "at 5")
      yield* hub.tell(ada, 6)
      assert.deepStrictEqual(yield* timelineUntil(client, 6), [3, 4, 5, "at 5", 6])
    })
)

it.live.each(transports)("replays what nobody has received to a client that states no position, over %s", (transport) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    hub.record(ada, 1, 2, 3, 4)
    for (const position of [1, 3]) hub.ledger.delivered.add(recordedFor(ada, position).identity)
    const client = yield* connect(hub.port, { ...tokenOf(ada), transports: [transport] })
    yield* timelineUntil(client, "at 4")
    yield* hub.tell(ada, 5)
    assert.deepStrictEqual(yield* timelineUntil(client, 5), [2, 4, "at 4", 5])
  })
)

it.live("replays everything to a client that has seen nothing, and nothing to one that has seen everything", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    hub.record(ada, 1, 2)
    for (const position of [1, 2]) hub.ledger.delivered.add(recordedFor(ada, position).identity)
    assert.deepStrictEqual(yield* timelineUntil(yield* connect(hub.port, tokenOf(ada, 0)), "at 2"), [1, 2, "at 2"])
    assert.deepStrictEqual(yield* timelineUntil(yield* connect(hub.port, tokenOf(ada, 2)), "at 2"), ["at 2"])
    assert.deepStrictEqual(yield* timelineUntil(yield* connect(hub.port, tokenOf(bob, 0)), "at 0"), ["at 0"])
  })
)

const odd = ["1", "", 1.5, -1, null, { position: 1 }, [1], true, 1e308, 2 ** 53, 4, '{"$gt":0}']

it.live.each(odd.map((after) => [JSON.stringify(after), after] as const))("takes the position %s for none", ([, after]) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    hub.record(ada, 1, 2, 3)
    hub.ledger.delivered.add(recordedFor(ada, 1).identity)
    const client = yield* connect(hub.port, tokenOf(ada, after))
    yield* timelineUntil(client, "at 3")
    yield* hub.tell(ada, 4)
    assert.deepStrictEqual(yield* timelineUntil(client, 4), [2, 3, "at 3", 4])
  })
)

it.live("brings live outcomes that come out of order, twice or not at all into order", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    const client = yield* connect(hub.port, tokenOf(ada))
    yield* timelineUntil(client, "at 0")
    hub.record(ada, 1, 2)
    yield* hub.deliver(recordedFor(ada, 2))
    yield* hub.deliver(recordedFor(ada, 1))
    yield* timelineUntil(client, 2)
    for (let times = 0; times < 3; times++) yield* hub.tell(ada, 3)
    hub.record(ada, 4)
    yield* hub.tell(ada, 5)
    yield* hub.tell(ada, 4)
    yield* hub.fromElsewhere(recordedFor(ada, 5))
    yield* timelineUntil(client, 5)
    yield* hub.tell(ada, 6)
    assert.deepStrictEqual(yield* timelineUntil(client, 6), ["at 0", ...to(6)])
  })
)

it.live("has live outcomes wait until the replay has ended", () =>
  Effect.gen(function* () {
    const asked = yield* Deferred.make<void>()
    const open = yield* Latch.make()
    const hub = yield* startHub({
      through: (inbox) => ({
        ...inbox,
        after: (id, position) =>
          position < 2
            ? inbox.after(id, position)
            : Effect.andThen(Deferred.succeed(asked, undefined), open.await).pipe(Effect.andThen(inbox.after(id, position)))
      })
    })
    hub.record(ada, 1, 2)
    const client = yield* connect(hub.port, tokenOf(ada, 0))
    yield* Deferred.await(asked)
    yield* hub.tell(ada, 3)
    yield* hub.tell(ada, 4)
    yield* open.open
    assert.deepStrictEqual(yield* timelineUntil(client, 4), [1, 2, "at 2", 3, 4])
  })
)

it.live.each(transports)("replays more than 1,000 outcomes in pages, and does not keep others waiting, over %s", (transport) =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    hub.record(ada, ...to(1234))
    const other = yield* connect(hub.port, tokenOf(bob))
    const client = yield* connect(hub.port, { ...tokenOf(ada, 0), transports: [transport] })
    yield* hub.tell(bob)
    yield* timelineUntil(other, 1)
    assert.deepStrictEqual(yield* timelineUntil(client, "at 1234"), [...to(1234), "at 1234"])
    for (const acknowledge of client.acknowledge) acknowledge()
    assert.strictEqual(yield* joinRoom(client, `${ada}_Update_User`), true)
    yield* hub.tell(ada, 1235)
    yield* timelineUntil(client, 1235)
    assert.deepStrictEqual(client.disconnects, [])
  })
)

it.live("goes on from the last position where what came before was pruned, and does not read it again and again", () =>
  Effect.gen(function* () {
    let reads = 0
    const hub = yield* startHub({
      through: (inbox) => ({
        ...inbox,
        last: () => Effect.succeed(4),
        after: (id, position) => Effect.suspend(() => (reads++, inbox.after(id, position)))
      })
    })
    hub.record(ada, 1, 3)
    const some = yield* connect(hub.port, tokenOf(ada, 1))
    yield* timelineUntil(some, "at 4")
    assert.deepStrictEqual(some.timeline, [3, "at 4"])
    reads = 0
    yield* hub.tell(ada, 5)
    yield* timelineUntil(some, 5)
    assert.strictEqual(reads, 0)
  })
)

it.live("tells two clients of one user, each what it has missed", () =>
  Effect.gen(function* () {
    const hub = yield* startHub()
    hub.record(ada, 1, 2, 3)
    const [one, two] = yield* Effect.all([connect(hub.port, tokenOf(ada, 1)), connect(hub.port, tokenOf(ada))], {
      concurrency: 2
    })
    yield* timelineUntil(one, "at 3")
    yield* timelineUntil(two, "at 3")
    yield* hub.tell(ada, 4)
    assert.deepStrictEqual(yield* timelineUntil(one, 4), [2, 3, "at 3", 4])
    assert.deepStrictEqual(yield* timelineUntil(two, 4), [1, 2, 3, "at 3", 4])
  })
)

it.live("closes a client for which reading failed by a bug, so that it comes back, and logs nothing that was read", () =>
  Effect.gen(function* () {
    let calls = 0
    const hub = yield* startHub({
      through: (inbox) => ({
        ...inbox,
        last: (id) => Effect.suspend(() => (calls++ === 0 ? Effect.die(new Error("canary")) : inbox.last(id)))
      })
    })
    hub.record(ada, 1)
    const client = yield* connect(hub.port, { ...tokenOf(ada), transports: ["websocket"] })
    assert.deepStrictEqual(yield* timelineUntil(client, "at 1"), [1, "at 1"])
    assert.lengthOf(client.disconnects, 1)
    assert.notInclude(client.disconnects, "io server disconnect")
    const bugs = hub.logged.filter((line) => line.startsWith("a bug kept a client"))
    assert.lengthOf(bugs, 1)
    assert.notInclude(hub.logged.join("\n"), "canary")
  })
)

it.live("reads no more for a client that has gone", () =>
  Effect.gen(function* () {
    const interrupted = yield* Deferred.make<void>()
    const away = Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))
    const hub = yield* startHub({ through: (inbox) => ({ ...inbox, last: () => away }) })
    const client = yield* connect(hub.port, tokenOf(ada))
    client.socket.disconnect()
    yield* Deferred.await(interrupted)
  })
)

it.live("moves between two hubs with its position, and hears each outcome once", () =>
  Effect.gen(function* () {
    const ledger = yield* makeLedger
    const [one, two] = yield* Effect.all([startHub({ ledger }), startHub({ ledger })])
    const heard: Array<number | string> = []
    let position = 0
    for (const [turn, hub] of [one, two, one, two].entries()) {
      const client = yield* connect(hub.port, tokenOf(ada, position))
      yield* timelineUntil(client, `at ${turn * 2}`)
      yield* hub.tell(ada, turn * 2 + 1)
      yield* timelineUntil(client, turn * 2 + 1)
      client.socket.disconnect()
      yield* becomes(client, false)
      position = turn * 2 + 1
      yield* hub.tell(ada, turn * 2 + 2)
      heard.push(...client.timeline.filter((entry) => typeof entry === "number"))
    }
    const last = yield* connect(two.port, tokenOf(ada, position))
    yield* timelineUntil(last, "at 8")
    assert.deepStrictEqual([...heard, ...last.timeline], [...to(8), "at 8"])
  })
)

it.live("asks the ledger for few clients at a time, however many come back together", () =>
  Effect.gen(function* () {
    const open = yield* Latch.make()
    let asking = 0
    const hub = yield* startHub({
      through: (inbox) => ({
        ...inbox,
        last: (id) =>
          Effect.suspend(() => (asking++, open.await)).pipe(
            Effect.andThen(inbox.last(id)),
            Effect.tap(() => Effect.sync(() => asking--))
          )
      })
    })
    const clients = yield* Effect.forEach(to(40), (id) => connect(hub.port, tokenOf(`${id}`)), { concurrency: "unbounded" })
    yield* Effect.forEach(clients, (client) => joinRoom(client, ""))
    assert.strictEqual(asking, 4)
    yield* open.open
    yield* Effect.forEach(clients, (client) => timelineUntil(client, "at 0"))
    assert.strictEqual(asking, 0)
  })
)
