import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Server } from "socket.io"
import { type Recorded, sentences, updated } from "../../../src/domain/Outcome.ts"
import { freePort } from "../../../src/local/ports.ts"
import { Outbox } from "../../../src/services/Outbox.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { until } from "../../support/until.ts"
import { type Client, connect } from "./client.ts"
import { ada, bob } from "./hub.ts"
import { startHubProcess } from "../../support/hubProcess.ts"
import { areDelivered, isReady, startExistingHub, startRelay } from "./relay.ts"

/** Joins as the page does, and waits until the hub sends there: on the existing hub anyone may ask it to. */
const join = ({ socket, heard }: Client, id: string) => {
  socket.emit("joinRoom", `${id}_Update_User`)
  socket.emit("Profile", successOf(id))
  return Effect.andThen(
    count(heard, 1),
    Effect.sync(() => void (heard.length = 0))
  )
}

const count = (items: ReadonlyArray<unknown>, length: number) =>
  until(
    Effect.sync(() => items.length),
    (now) => now >= length
  )

const expired = { tag: "InvalidToken", reason: "expired" } as const

/** Outcomes of two users in turn, by position: every other one of a user is a failure. */
const alternating = (one: typeof ada, other: typeof ada, length: number) =>
  Array.from({ length }, (_, index) =>
    recordedFor(index % 2 === 0 ? one : other, Math.floor(index / 2) + 1, index % 4 < 2 ? updated : expired)
  )
const byUser = (a: Recorded, b: Recorded) => String(a.userId).localeCompare(String(b.userId))
const profileOf = ({ userId, outcome }: Recorded) => ({ Id: `${userId}_Update_User`, ...sentences[outcome.tag] })

const success = { Status: true, Message: "User updated successfully" }
const successOf = (id: string | undefined) => ({ Id: `${id}_Update_User`, ...success })

it.live("tells the existing hub the contract's Profile, which tells the user's page, and the ledger", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    const page = yield* connect(port)
    const other = yield* connect(port)
    yield* Effect.all([join(page, ada), join(other, bob)])
    profiles.length = 0
    const relay = yield* startRelay(port)
    yield* relay.end(recordedFor(ada, 1, expired))
    yield* relay.end(recordedFor(bob))
    yield* Effect.all([count(page.heard, 1), count(other.heard, 1)])
    const told = { Status: false, Message: "Session expired. Please log in again." }
    assert.deepStrictEqual(profiles, [{ Id: `${ada}_Update_User`, ...told }, successOf(bob)])
    assert.deepStrictEqual([page.heard, other.heard], [[told], [success]])
    yield* areDelivered(relay, 2)
  })
)

it.live("announces an outcome without a user to nobody", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    const relay = yield* startRelay(port)
    yield* relay.end(recordedFor(undefined))
    yield* relay.end(recordedFor(ada))
    yield* areDelivered(relay, 1)
    yield* relay.end(recordedFor(undefined, 2))
    yield* relay.end(recordedFor(bob))
    yield* areDelivered(relay, 2)
    assert.deepStrictEqual(profiles, [successOf(ada), successOf(bob)])
  })
)

it.live("starts without the hub, is not ready, and tells it each user's outcomes in order once it is there", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const relay = yield* startRelay(port)
    assert.deepStrictEqual(yield* relay.report, { hub: "the messages hub does not answer" })
    yield* Effect.forEach(alternating(ada, bob, 50).toReversed(), relay.end)
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    yield* areDelivered(relay, 50)
    assert.deepStrictEqual(profiles, alternating(ada, bob, 50).toSorted(byUser).map(profileOf))
    yield* isReady(relay)
  })
)

it.live("loses nothing that is announced while the hub restarts, and tells nothing twice that was received", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    const hub = yield* startExistingHub(port, profiles)
    const relay = yield* startRelay(port)
    yield* relay.end(recordedFor(ada))
    yield* areDelivered(relay, 1)
    yield* hub.stop
    yield* isReady(relay, false)
    for (const user of ["b", "c", "d"]) yield* relay.end(recordedFor(user as typeof ada))
    yield* startExistingHub(port, profiles)
    yield* areDelivered(relay, 4)
    yield* relay.end(recordedFor(bob))
    yield* areDelivered(relay, 5)
    assert.deepStrictEqual(profiles, [ada, "b", "c", "d", bob].map(successOf))
  })
)

it.live("tells again what a hub that froze and was killed may not have received, and takes none of it for delivered", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    const hub = yield* startHubProcess(port, profiles)
    const relay = yield* startRelay(port)
    yield* relay.end(recordedFor(ada))
    yield* areDelivered(relay, 1)
    hub.child.kill("SIGSTOP")
    yield* Effect.forEach(alternating(ada, bob, 20).slice(1), relay.end)
    yield* hub.kill
    yield* isReady(relay, false)
    assert.strictEqual(relay.delivered.size, 1)
    yield* startHubProcess(port, profiles)
    yield* areDelivered(relay, 20)
    yield* count(profiles, 20)
    assert.deepStrictEqual(profiles.slice(1), alternating(ada, bob, 20).slice(1).toSorted(byUser).map(profileOf))
  })
)

it.live("notices a hub that is frozen, and tells it all when it thaws", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    const hub = yield* startHubProcess(port, profiles)
    const relay = yield* startRelay(port, { silence: "300 millis" })
    yield* relay.end(recordedFor(ada, 1))
    yield* areDelivered(relay, 1)
    hub.child.kill("SIGSTOP")
    yield* relay.end(recordedFor(ada, 2))
    yield* isReady(relay, false)
    yield* relay.end(recordedFor(bob))
    hub.child.kill("SIGCONT")
    yield* areDelivered(relay, 3)
    yield* until(
      Effect.sync(() => new Set(profiles.map((profile) => JSON.stringify(profile))).size),
      (size) => size === 2
    )
  })
)

it.live(
  "notices within fifteen seconds that a hub is frozen to which it has nothing to tell",
  () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const hub = yield* startHubProcess(port, [])
      const relay = yield* startRelay(port)
      yield* relay.end(recordedFor(ada))
      yield* areDelivered(relay, 1)
      const began = Date.now()
      hub.child.kill("SIGSTOP")
      yield* isReady(relay, false)
      assert.isBelow(Date.now() - began, 15_000)
    }),
  20_000
)

it.live("takes pings for a sign of life where the hub answers no question", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => new Server(port, { pingInterval: 200 })),
      (server) => Effect.promise(() => server.close())
    )
    server.of(/^\/.+/u).use(() => undefined)
    server.on("connection", (socket) => void socket.on("Profile", (profile) => profiles.push(profile)))
    const relay = yield* startRelay(port, { silence: "1 millis" })
    yield* relay.end(recordedFor(ada))
    yield* areDelivered(relay, 1)
    yield* relay.end(recordedFor(bob))
    yield* areDelivered(relay, 2)
    assert.deepStrictEqual(profiles, [successOf(ada), successOf(bob)])
  })
)

it.live("calls a hub again that sends it away, and tells it what that may have cost", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => new Server(port)),
      (server) => Effect.promise(() => server.close())
    )
    let calls = 0
    server.use((_, next) => next(++calls === 1 ? new Error("not yet") : undefined))
    server.on("connection", (socket) => {
      if (calls === 2) socket.disconnect()
      socket.on("Profile", (profile) => profiles.push(profile))
    })
    const relay = yield* startRelay(port)
    yield* relay.end(recordedFor(ada))
    yield* areDelivered(relay, 1)
    assert.deepStrictEqual([profiles, calls], [[successOf(ada)], 3])
  })
)

it.live("never waits for the ledger", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    const away = Layer.succeed(Outbox, {
      beat: Effect.succeed(false),
      untold: () => Effect.succeed([]),
      told: () => Effect.never,
      leave: Effect.never
    })
    const relay = yield* startRelay(port, { outbox: away })
    yield* isReady(relay)
    yield* until(
      Effect.andThen(
        relay.announce(recordedFor(ada)),
        Effect.sync(() => profiles.length)
      ),
      (length) => length > 0
    )
    yield* relay.announce(recordedFor(bob))
    yield* count(profiles, 2)
    assert.deepStrictEqual(profiles, [successOf(ada), successOf(bob)])
  })
)

it.live("hands over what was announced before it leaves", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    const relay = yield* startRelay(port)
    yield* isReady(relay)
    const outcomes = Array.from({ length: 500 }, (_, index) => recordedFor(`user${index}` as typeof ada))
    yield* Effect.forEach(outcomes, relay.end)
    yield* relay.stop
    assert.strictEqual(profiles.length, 500)
    assert.strictEqual(relay.delivered.size, 500)
    assert.deepStrictEqual(relay.logged, [])
  })
)

it.live("leaves at once where the hub is away, and says that another worker will tell it", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const relay = yield* startRelay(port)
    yield* relay.end(recordedFor(ada))
    const began = Date.now()
    yield* relay.stop
    assert.isBelow(Date.now() - began, 1000)
    assert.include(relay.logged, "the messages hub is away: what it was not told is in the ledger, and another worker tells it")
    assert.strictEqual(relay.delivered.size, 0)
  })
)
