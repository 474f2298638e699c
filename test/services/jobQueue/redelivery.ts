import { assert } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { updated } from "../../../src/domain/Outcome.ts"
import type { Delivery } from "../../../src/services/JobQueue.ts"
import { data, ended, failure, noting, recordedAs, type Subject, until } from "./QueueUnderTest.ts"

/** What is said of a job that comes again, and how often it ends. */
export const redeliveryCases = <R>({ effect, makeQueue }: Subject<R>): void => {
  effect("says of a failed job that is retried that it was delivered before, with the same identity and place", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const { deliveries, handle } = noting(failure)
      yield* queue.consume(handle)
      for (const options of [{}, { jobId: "mine" }]) {
        const id = yield* queue.add(data("a"), options)
        yield* ended(queue, id)
        yield* queue.retry(id)
        yield* until(queue, () => deliveries.length === 2)
        yield* ended(queue, id)
        const [first, second] = deliveries.splice(0)
        assert.deepStrictEqual([first?.deliveredBefore, second?.deliveredBefore], [false, true])
        assert.deepStrictEqual(second?.job, first?.job)
      }
    })
  )

  effect("delivers a job whose worker was killed again, before those that wait", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 2 })
      const deliveries: Array<Delivery> = []
      const go = yield* Deferred.make<void>()
      yield* queue.consume((delivery) => {
        deliveries.push(delivery)
        return Effect.as(delivery.deliveredBefore ? Effect.void : Deferred.await(go), recordedAs(delivery, updated))
      })
      const killed = yield* queue.add(data("a"))
      yield* until(queue, () => deliveries.length === 1)
      yield* queue.pause
      const next = yield* queue.add(data("b"))
      yield* queue.stall(killed)
      yield* queue.resume
      yield* until(queue, () => deliveries.length === 3)
      assert.deepStrictEqual(
        deliveries.map(({ job, deliveredBefore }) => [job.jobId, deliveredBefore]),
        [
          [killed, false],
          [killed, true],
          [next, false]
        ]
      )
      yield* Deferred.succeed(go, undefined)
      yield* ended(queue, next)
    })
  )

  effect("delivers a job again that was taken for abandoned, although its run ends meanwhile", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const deliveries: Array<Delivery> = []
      const go = yield* Deferred.make<void>()
      yield* queue.consume((delivery) => {
        deliveries.push(delivery)
        return Effect.as(Deferred.await(go), recordedAs(delivery, updated))
      })
      const id = yield* queue.add(data("a"))
      yield* until(queue, () => deliveries.length === 1)
      yield* queue.stall(id)
      yield* Deferred.succeed(go, undefined)
      assert.strictEqual((yield* ended(queue, id)).state, "completed")
      assert.deepStrictEqual(
        deliveries.map(({ deliveredBefore }) => deliveredBefore),
        [false, true]
      )
    })
  )

  effect.each([updated, failure])("ends a job once although two runs of it end, as $tag", (outcome) =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 2 })
      const deliveries: Array<Delivery> = []
      const go = yield* Deferred.make<void>()
      yield* queue.consume((delivery) => {
        deliveries.push(delivery)
        return Effect.as(deliveries.length === 1 ? Deferred.await(go) : Effect.void, recordedAs(delivery, outcome))
      })
      const frozen = yield* queue.add(data("a"))
      yield* until(queue, () => deliveries.length === 1)
      yield* queue.stall(frozen)
      const { state } = yield* ended(queue, frozen)
      yield* Deferred.succeed(go, undefined)
      for (const text of ["b", "c", "d"]) yield* ended(queue, yield* queue.add(data(text)))
      assert.deepInclude(yield* queue.find(frozen), { state, data: "{}" })
      assert.deepStrictEqual(
        deliveries.map(({ job }) => job.jobId),
        [frozen, frozen, "2", "3", "4"]
      )
    })
  )
}
