import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as NotifierHub from "../../../src/adapters/socketio/NotifierHub.ts"
import { type Recorded } from "../../../src/domain/Outcome.ts"
import { Hub } from "../../../src/services/Hub.ts"
import { NotificationBus } from "../../../src/services/NotificationBus.ts"
import { Notifier } from "../../../src/services/Notifier.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { ada } from "./hub.ts"

const setUp = () => {
  const steps: Array<readonly [string, Recorded]> = []
  const note = (step: string) => (recorded: Recorded) => Effect.sync(() => void steps.push([step, recorded]))
  return {
    steps,
    hub: Layer.mock(Hub)({ deliver: note("deliver") }),
    bus: Layer.mock(NotificationBus)({ publish: note("publish") })
  }
}

const announce = (recorded: Recorded) => Effect.flatMap(Notifier, (notifier) => notifier.announce(recorded))

it.effect("tells the clients that are connected here first, then the other hubs", () =>
  Effect.gen(function* () {
    const { steps, hub, bus } = setUp()
    const recorded = recordedFor(ada)
    yield* Effect.provide(announce(recorded), NotifierHub.layer.pipe(Layer.provide([hub, bus])))
    assert.deepStrictEqual(steps, [
      ["deliver", recorded],
      ["publish", recorded]
    ])
  })
)

it.effect("tells the other hubs where this process is none", () =>
  Effect.gen(function* () {
    const { steps, bus } = setUp()
    const recorded = recordedFor(ada)
    yield* Effect.provide(announce(recorded), NotifierHub.layerRemote.pipe(Layer.provide(bus)))
    assert.deepStrictEqual(steps, [["publish", recorded]])
  })
)

it.effect("tells nobody an outcome that has no user", () =>
  Effect.gen(function* () {
    const { steps, hub, bus } = setUp()
    yield* Effect.provide(announce(recordedFor(undefined)), NotifierHub.layer.pipe(Layer.provide([hub, bus])))
    yield* Effect.provide(announce(recordedFor(undefined)), NotifierHub.layerRemote.pipe(Layer.provide(bus)))
    assert.deepStrictEqual(steps, [])
  })
)
