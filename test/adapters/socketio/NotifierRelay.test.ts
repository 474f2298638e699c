import { assert, it } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Logger, Scope } from "effect"
import * as NotifierRelay from "../../../src/adapters/socketio/NotifierRelay.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { serveMessagesHub } from "../../../src/local/MessagesHub.ts"
import { freePort } from "../../../src/local/ports.ts"
import { Notifier } from "../../../src/services/Notifier.ts"
import { Readiness } from "../../../src/services/Readiness.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { until } from "../../support/until.ts"
import { connect } from "./client.ts"
import { ada, bob } from "./hub.ts"

/** A relay to the hub on this port, and what it logged. */
const startRelay = Effect.fnUntraced(function* (port: number) {
  const logged: Array<string> = []
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(
    NotifierRelay.layer({ url: `http://127.0.0.1:${port}/` }).pipe(
      Layer.provideMerge(ReadinessInProcess.layer(["hub"])),
      Layer.provideMerge(logger)
    ),
    scope
  )
  return {
    logged,
    announce: Context.get(context, Notifier).announce,
    report: Context.get(context, Readiness).report,
    stop: Effect.provideContext(Scope.close(scope, Exit.void), context)
  }
})

/** Starts the existing hub on a port, and stops it on demand. `profiles` is what it was told. */
const startHub = Effect.fnUntraced(function* (port: number, profiles: Array<unknown>) {
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  yield* serveMessagesHub({ port, onProfile: (profile) => profiles.push(profile) }).pipe(Scope.provide(scope))
  return { stop: Scope.close(scope, Exit.void) }
})

const isReady = (relay: Effect.Success<ReturnType<typeof startRelay>>, ready = true) =>
  until(relay.report, ({ hub }) => (hub === "ok") === ready)

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
    yield* startHub(port, profiles)
    const page = yield* connect(port)
    const other = yield* connect(port)
    page.socket.emit("joinRoom", `${ada}_Update_User`)
    other.socket.emit("joinRoom", `${bob}_Update_User`)
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
    yield* startHub(port, profiles)
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
    yield* startHub(port, profiles)
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
    const hub = yield* startHub(port, profiles)
    const relay = yield* startRelay(port)
    yield* relay.announce(recordedFor(ada))
    yield* count(profiles, 1)
    yield* hub.stop
    yield* isReady(relay, false)
    for (const user of ["b", "c", "d"]) yield* relay.announce(recordedFor(user as typeof ada))
    yield* startHub(port, profiles)
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
    yield* startHub(port, profiles)
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
