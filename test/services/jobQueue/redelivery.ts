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

  effect("delivers a job with lost runs while no other runs", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 3 })
      const lost = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const begun: Array<Delivery> = []
      const running = new Set<Delivery>()
      const besideSuspects: Array<string> = []
      const begin = (delivery: Delivery) => {
        const pairs = [...running].filter((other) => delivery.lostRuns + other.lostRuns > 0)
        besideSuspects.push(...pairs.map(({ job }) => `${delivery.job.jobId} beside ${job.jobId}`))
        begun.push(delivery)
        running.add(delivery)
      }
      yield* queue.consume((delivery) =>
        Effect.acquireUseRelease(
          Effect.sync(() => begin(delivery)),
          () =>
            Deferred.await(delivery === begun[0] ? lost : go).pipe(
              Effect.andThen(Effect.repeat(queue.pass, { times: 3 })),
              Effect.as(recordedAs(delivery, updated))
            ),
          () => Effect.sync(() => running.delete(delivery))
        )
      )
      const ids = yield* Effect.forEach(["suspect", "a", "b"], (text) => queue.add(data(text)))
      yield* until(queue, () => begun.length === 3)
      yield* queue.stall(ids[0] ?? "")
      ids.push(yield* queue.add(data("c")), yield* queue.add(data("d")))
      yield* Deferred.succeed(lost, undefined)
      yield* until(queue, () => begun.some((delivery) => !running.has(delivery)))
      yield* Effect.repeat(queue.pass, { times: 10 })
      yield* Deferred.succeed(go, undefined)
      for (const id of ids) yield* ended(queue, id)
      assert.deepStrictEqual(besideSuspects, [])
      assert.deepStrictEqual(
        begun.map(({ lostRuns }) => lostRuns),
        [0, 0, 0, 1, 0, 0]
      )
      assert.strictEqual(begun[3]?.job.jobId, ids[0])
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
