import { assert } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { updated } from "../../../src/domain/Outcome.ts"
import type { Delivery } from "../../../src/services/JobQueue.ts"
import { data, ended, noting, recordedAs, type Subject, until } from "./QueueUnderTest.ts"

/** How many jobs run at a time, and what becomes of them when a consumer leaves. */
export const consumingCases = <R>({ effect, makeQueue }: Subject<R>): void => {
  const holding = Effect.gen(function* () {
    const go = yield* Deferred.make<void>()
    const begun: Array<Delivery> = []
    const handle = (delivery: Delivery) => {
      begun.push(delivery)
      return Effect.as(Deferred.await(go), recordedAs(delivery, updated))
    }
    return { begun, handle, letGo: Deferred.succeed(go, undefined) }
  })

  effect("has as many jobs at a time as it may, and never more", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 3 })
      let running = 0
      let most = 0
      const { begun, handle, letGo } = yield* holding
      yield* queue.consume((delivery) =>
        Effect.acquireUseRelease(
          Effect.sync(() => void (most = Math.max(most, ++running))),
          () => handle(delivery),
          () => Effect.sync(() => void running--)
        )
      )
      const ids = yield* Effect.forEach(Array.from({ length: 8 }), () => queue.add(data("a")))
      yield* until(queue, () => begun.length === 3)
      yield* Effect.repeat(queue.pass, { times: 10 })
      assert.strictEqual(begun.length, 3)
      yield* letGo
      for (const id of ids) yield* ended(queue, id)
      assert.strictEqual(most, 3)
      assert.strictEqual(begun.length, 8)
    })
  )

  effect("delivers nothing while it is paused", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const { deliveries, handle } = noting()
      yield* queue.consume(handle)
      yield* queue.pause
      const id = yield* queue.add(data("a"))
      yield* Effect.repeat(queue.pass, { times: 10 })
      assert.strictEqual(deliveries.length, 0)
      yield* queue.resume
      yield* ended(queue, id)
    })
  )

  effect("gives each job to one of its consumers", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const one = yield* holding
      const other = yield* holding
      yield* queue.consume(one.handle)
      yield* queue.consume(other.handle)
      const ids = [yield* queue.add(data("a")), yield* queue.add(data("b"))]
      yield* until(queue, () => one.begun.length === 1 && other.begun.length === 1)
      yield* one.letGo
      yield* other.letGo
      for (const id of ids) yield* ended(queue, id)
      assert.strictEqual(one.begun.length + other.begun.length, 2)
    })
  )

  effect("lets running jobs end when a consumer leaves, and gives it no new ones", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1, grace: 5000 })
      const { begun, handle, letGo } = yield* holding
      const running = yield* queue.add(data("a"))
      const leave = yield* queue.consume(handle)
      yield* until(queue, () => begun.length === 1)
      const waiting = yield* queue.add(data("b"))
      const leaving = yield* Effect.forkChild(leave, { startImmediately: true })
      yield* Effect.repeat(queue.pass, { times: 10 })
      assert.isUndefined(leaving.pollUnsafe())
      yield* letGo
      yield* until(queue, () => leaving.pollUnsafe() !== undefined)
      yield* Fiber.join(leaving)
      assert.strictEqual((yield* queue.find(running))?.state, "completed")
      assert.deepInclude(yield* queue.find(waiting), { state: "waiting", data: JSON.stringify(data("b")) })
      assert.strictEqual(begun.length, 1)
    })
  )

  effect("leaves a job that outlives the grace neither completed nor failed, and the next consumer gets it", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1, grace: 100 })
      const { begun, handle } = yield* holding
      const id = yield* queue.add(data("a"))
      const leave = yield* queue.consume(handle)
      yield* until(queue, () => begun.length === 1)
      const leaving = yield* Effect.forkChild(leave, { startImmediately: true })
      yield* until(queue, () => leaving.pollUnsafe() !== undefined)
      const left = yield* queue.find(id)
      assert.notInclude(["completed", "failed"], left?.state)
      if (left?.state === "active") yield* queue.stall(id)
      const next = noting()
      yield* queue.consume(next.handle)
      assert.strictEqual((yield* ended(queue, id)).state, "completed")
      assert.deepStrictEqual(
        next.deliveries.map(({ data, deliveredBefore, job }) => ({ data, deliveredBefore, job })),
        begun.map(({ data, job }) => ({ data, deliveredBefore: true, job }))
      )
    })
  )
}
