import { assert, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { makeHandOver } from "../../../src/adapters/socketio/handOver.ts"
import { openRelayHub } from "../../../src/adapters/socketio/relayHub.ts"
import { signOfLife } from "../../../src/adapters/socketio/relaySign.ts"
import { freePort } from "../../../src/local/ports.ts"
import { Outbox } from "../../../src/services/Outbox.ts"
import * as LedgerMemory from "../../../src/testing/LedgerMemory.ts"
import * as OutboxMemory from "../../../src/testing/OutboxMemory.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { until } from "../../support/until.ts"
import { ada, bob } from "./hub.ts"
import { startExistingHub } from "./relay.ts"

/** A hand-over to the existing hub that has caught up, and waits for the test to settle it. `read` runs within each look at the ledger. */
const start = Effect.fnUntraced(function* (limits: { readonly memory: number; readonly page: number }) {
  const port = yield* freePort
  const profiles: Array<unknown> = []
  yield* startExistingHub(port, profiles)
  const context = yield* Layer.build(OutboxMemory.layer.pipe(Layer.provideMerge(LedgerMemory.layer())))
  const { outcomes, delivered } = Context.get(context, LedgerMemory.LedgerMemory)
  const outbox = Context.get(context, Outbox)
  let read: Effect.Effect<unknown> = Effect.void
  const untold = (limit: number) => Effect.tap(outbox.untold(limit), () => read)
  const hub = yield* openRelayHub(`http://127.0.0.1:${port}/`)
  yield* until(
    Effect.sync(() => hub.connected),
    (connected) => connected
  )
  const handOver = makeHandOver(hub, { ...outbox, untold }, limits)
  yield* handOver.catchUp
  const settled = Effect.andThen(handOver.settle(Effect.as(signOfLife(hub), true)), handOver.catchUp)
  return {
    ...handOver,
    profiles,
    delivered,
    arrived: signOfLife(hub),
    settled,
    setRead: (effect: Effect.Effect<unknown>) => void (read = effect),
    end: (position: number, userId = ada) => {
      const recorded = recordedFor(userId, position)
      outcomes.set(recorded.identity, recorded)
      handOver.announce(recorded)
    }
  }
})

it.live("keeps no more outcomes in memory than it may, and tells the others from the ledger", () =>
  Effect.gen(function* () {
    const { arrived, delivered, end, isOpen, profiles, settled } = yield* start({ memory: 5, page: 3 })
    for (let position = 1; position <= 40; position++) end(position)
    yield* arrived
    assert.strictEqual(profiles.length, 5)
    const seen: Array<number> = []
    while (isOpen()) {
      yield* settled
      seen.push(delivered.size)
    }
    assert.deepStrictEqual(seen.slice(0, 4), [5, 8, 11, 14])
    assert.strictEqual(profiles.length, 40)
    assert.strictEqual(delivered.size, 40)
  })
)

it.live("tells once what is announced while the ledger is read, after what waited", () =>
  Effect.gen(function* () {
    const { arrived, end, profiles, setRead, settled, wake } = yield* start({ memory: 100, page: 100 })
    setRead(
      Effect.sync(() => {
        setRead(Effect.void)
        end(1, bob)
      })
    )
    wake()
    end(1)
    yield* settled
    end(2, bob)
    yield* arrived
    assert.deepStrictEqual(
      profiles.map((profile) => Object(profile).Id),
      [ada, bob, bob].map((id) => `${id}_Update_User`)
    )
  })
)

it.live("reads the ledger again where it was told to while it read", () =>
  Effect.gen(function* () {
    const { end, isOpen, profiles, setRead, settled, wake } = yield* start({ memory: 100, page: 100 })
    setRead(
      Effect.sync(() => {
        setRead(Effect.void)
        wake()
        end(1, bob)
      })
    )
    wake()
    while (isOpen()) yield* settled
    assert.strictEqual(profiles.length, 1)
  })
)

it.live("does not tell twice what is announced again before the hub was seen to receive it", () =>
  Effect.gen(function* () {
    const { arrived, end, profiles, settled } = yield* start({ memory: 100, page: 100 })
    end(1)
    end(1)
    yield* arrived
    assert.strictEqual(profiles.length, 1)
    yield* settled
  })
)

it.live("notes nothing where the hub was not seen to receive it", () =>
  Effect.gen(function* () {
    const { delivered, end, isOpen, settle } = yield* start({ memory: 100, page: 100 })
    end(1)
    yield* settle(Effect.succeed(false))
    assert.strictEqual(delivered.size, 0)
    assert.isTrue(isOpen())
  })
)
