import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { freePort } from "../../../src/local/ports.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { until } from "../../support/until.ts"
import { type Client, connect } from "./client.ts"
import { ada, bob } from "./hub.ts"
import { isReady, startExistingHub, startRelay } from "./relay.ts"

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

const success = { Status: true, Message: "User updated successfully" }
const successOf = (id: string | undefined) => ({ Id: `${id}_Update_User`, ...success })

it.live("tells the existing hub the contract's Profile, which tells the user's page", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    const page = yield* connect(port)
    const other = yield* connect(port)
    yield* Effect.all([join(page, ada), join(other, bob)])
    profiles.length = 0
    const relay = yield* startRelay(port)
    yield* relay.announce(recordedFor(ada, 1, { tag: "InvalidToken", reason: "expired" }))
    yield* relay.announce(recordedFor(bob))
    yield* Effect.all([count(page.heard, 1), count(other.heard, 1)])
    const expired = { Status: false, Message: "Session expired. Please log in again." }
    assert.deepStrictEqual(profiles, [{ Id: `${ada}_Update_User`, ...expired }, successOf(bob)])
    assert.deepStrictEqual([page.heard, other.heard], [[expired], [success]])
  })
)

it.live("announces an outcome without a user to nobody", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    const relay = yield* startRelay(port)
    yield* relay.announce(recordedFor(undefined))
    yield* relay.announce(recordedFor(ada))
    yield* count(profiles, 1)
    assert.deepStrictEqual(profiles, [successOf(ada)])
  })
)

it.live("starts without the hub, is not ready, and tells it everything in order once it is there", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const relay = yield* startRelay(port)
    assert.deepStrictEqual(yield* relay.report, { hub: "the messages hub does not answer" })
    const outcomes = Array.from({ length: 50 }, (_, index) => recordedFor(`user${index}` as typeof ada))
    yield* Effect.forEach(outcomes, relay.announce)
    const profiles: Array<unknown> = []
    yield* startExistingHub(port, profiles)
    yield* count(profiles, 50)
    assert.deepStrictEqual(
      profiles,
      outcomes.map(({ userId }) => successOf(userId))
    )
    yield* isReady(relay)
  })
)

it.live("loses nothing that is announced while the hub restarts", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const profiles: Array<unknown> = []
    const hub = yield* startExistingHub(port, profiles)
    const relay = yield* startRelay(port)
    yield* relay.announce(recordedFor(ada))
    yield* count(profiles, 1)
    yield* hub.stop
    yield* isReady(relay, false)
    for (const user of ["b", "c", "d"]) yield* relay.announce(recordedFor(user as typeof ada))
    yield* startExistingHub(port, profiles)
    yield* isReady(relay)
    yield* relay.announce(recordedFor(bob))
    yield* count(profiles, 5)
    assert.deepStrictEqual(profiles, [ada, "b", "c", "d", bob].map(successOf))
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
    yield* Effect.forEach(outcomes, relay.announce)
    yield* relay.stop
    yield* count(profiles, 500)
    assert.deepStrictEqual(relay.logged, [])
  })
)

it.live("leaves at once where the hub is away, and says how many outcomes it did not tell", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const relay = yield* startRelay(port)
    yield* relay.announce(recordedFor(ada))
    const began = Date.now()
    yield* relay.stop
    assert.isBelow(Date.now() - began, 1000)
    assert.deepStrictEqual(relay.logged, ["the messages hub is away: outcomes not told: 1; the ledger has them"])
  })
)
