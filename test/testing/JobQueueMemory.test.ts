import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Latch, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { JobQueue } from "../../src/services/JobQueue.ts"
import * as JobQueueMemory from "../../src/testing/JobQueueMemory.ts"
import type { RedisCall, RedisRequest } from "../../src/testing/memoryConsumers.ts"
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

  const connected = Effect.gen(function* () {
    const scope = yield* Effect.scope
    return Context.get(yield* Layer.buildWithScope(JobQueueMemory.layer(), scope), MemoryQueue)
  })

  it.effect("leaves a job to the run that has it, when one that lost it ends", () =>
    Effect.gen(function* () {
      const queue = yield* connected
      const latch = yield* Latch.make(false)
      const { handle } = noting()
      yield* queue.connect({ concurrency: 1 }).consume((delivery) => Effect.andThen(latch.await, handle(delivery)))
      const id = yield* queue.add({})
      yield* TestClock.adjust(0)
      yield* queue.stall(id)
      yield* queue.connect().consume(() => Effect.never)
      yield* TestClock.adjust(0)
      yield* latch.open
      yield* TestClock.adjust(0)
      assert.deepInclude(yield* queue.find(id), { state: "active" })
    })
  )

  it.effect("counts a run that was abandoned as lost once it has begun, and not while it waits for others to end", () =>
    Effect.gen(function* () {
      const queue = yield* connected
      const { deliveries, handle } = noting()
      const latch = yield* Latch.make(false)
      yield* queue.connect().consume((delivery) => Effect.tap(handle(delivery), () => latch.await))
      const id = yield* queue.add({})
      for (let times = 0; times < 3; times++) {
        yield* TestClock.adjust(0)
        yield* queue.stall(id)
      }
      yield* latch.open
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(
        deliveries.map(({ lostRuns }) => lostRuns),
        [0, 1, 1, 1]
      )
    })
  )

  it.effect("asks again whatever Redis does not answer, but for the end, after which the job is left as it is", () =>
    Effect.gen(function* () {
      const queue = yield* connected
      const asked: Array<RedisRequest> = []
      const { deliveries, handle } = noting()
      const redis: RedisCall = (request, _jobId, call) =>
        Effect.suspend(() => (asked.push(request) % 2 === 1 ? Effect.fail("away") : call))
      yield* queue.connect({ redis }).consume(handle)
      const id = yield* queue.add({})
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(asked, ["pickUp", "pickUp", "erase", "erase", "end"])
      assert.deepInclude(yield* queue.find(id), { state: "active", data: "{}" })
      assert.strictEqual(deliveries.length, 1)
    })
  )

  it.effect("gives nothing to a process that is not alive", () =>
    Effect.gen(function* () {
      const queue = yield* connected
      const { deliveries, handle } = noting()
      yield* queue.connect({ isAlive: () => false }).consume(handle)
      const id = yield* queue.add({})
      yield* TestClock.adjust("1 second")
      assert.deepInclude(yield* queue.find(id), { state: "waiting" })
      assert.deepStrictEqual(deliveries, [])
    })
  )
})
