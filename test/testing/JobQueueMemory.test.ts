import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { JobQueue } from "../../src/services/JobQueue.ts"
import * as JobQueueMemory from "../../src/testing/JobQueueMemory.ts"
import { MemoryQueue } from "../../src/testing/MemoryQueue.ts"
import { noting, type Options, type QueueUnderTest } from "../services/jobQueue/QueueUnderTest.ts"
import { jobQueueConformance } from "../services/jobQueueConformance.ts"

const makeQueue = Effect.fnUntraced(function* ({ concurrency = 4, grace = 0 }: Options = {}) {
  const scope = yield* Effect.scope
  const memory = JobQueueMemory.layer({ concurrency, grace: Duration.millis(grace) })
  const context = yield* Layer.buildWithScope(memory, scope)
  const { consume } = Context.get(context, JobQueue)
  const queue: QueueUnderTest = {
    ...Context.get(context, MemoryQueue),
    consume: Effect.fnUntraced(function* (handle) {
      const consumer = yield* Scope.fork(scope)
      yield* consume(handle).pipe(Scope.provide(consumer))
      return Scope.close(consumer, Exit.void)
    }),
    pass: TestClock.adjust("10 millis")
  }
  return queue
})

describe("the queue in memory", () => {
  jobQueueConformance({ effect: it.effect, makeQueue })

  it.effect("gives what a consumer leaves unfinished to another one at once", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const leave = yield* queue.consume(() => Effect.never)
      const id = yield* queue.add({})
      const { deliveries, handle } = noting()
      yield* queue.consume(handle)
      yield* leave
      assert.deepInclude(yield* queue.find(id), { state: "completed" })
      assert.strictEqual(deliveries[0]?.deliveredBefore, true)
    })
  )
})
