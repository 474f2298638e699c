import { setImmediate } from "node:timers/promises"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { returnMemory } from "../../../src/adapters/process/returnMemory.ts"

it.effect("what nobody holds any more is collected", () =>
  Effect.gen(function* () {
    const forgotten = new WeakRef({})
    yield* Effect.promise(() => setImmediate())
    assert.isDefined(forgotten.deref())
    yield* Effect.promise(() => setImmediate())
    yield* returnMemory
    assert.isUndefined(forgotten.deref())
  })
)
