import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { data, ended, failure, noting, type Subject, until } from "./QueueUnderTest.ts"

/** How jobs end, and what of them is left. */
export const endingCases = <R>({ effect, makeQueue }: Subject<R>): void => {
  effect("ends an update as completed, its data erased", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const { deliveries, handle } = noting()
      const id = yield* queue.add(data("secret"))
      yield* queue.consume(handle)
      assert.deepStrictEqual(yield* ended(queue, id), { id, state: "completed", data: "{}", failedReason: undefined })
      assert.deepInclude(deliveries[0], { name: "__default__", deliveredBefore: false })
    })
  )

  effect("ends a failure as failed with tag and reason, its data erased, and never tries it again", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const { deliveries, handle } = noting(failure)
      const id = yield* queue.add(data("secret"), { attempts: 5 })
      yield* queue.consume(handle)
      assert.deepStrictEqual(yield* ended(queue, id), {
        id,
        state: "failed",
        data: "{}",
        failedReason: "DbError: unknownUser"
      })
      const next = yield* queue.add(data("next"))
      yield* ended(queue, next)
      assert.deepStrictEqual(
        deliveries.map(({ job }) => job.jobId),
        [id, next]
      )
    })
  )

  effect("ends the job of a bug in the handler as failed, without its message, and goes on", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const ids = [yield* queue.add(data("a")), yield* queue.add(data("b"))]
      yield* queue.consume(() => Effect.die(new Error("secret")))
      for (const id of ids) {
        const job = yield* ended(queue, id)
        assert.deepInclude(job, { state: "failed", failedReason: "Defect: unrecorded" })
      }
    })
  )

  effect("delivers data that nobody can parse as they are, a job that was lost without data, and goes on", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const { deliveries, handle } = noting()
      const first = yield* queue.add(data("a"))
      const corrupt = yield* queue.add(data("b"))
      const lost = yield* queue.add(data("c"))
      const last = yield* queue.add(data("d"))
      yield* queue.spoil(corrupt, '{"Password":"secret')
      yield* queue.spoil(lost)
      yield* queue.consume(handle)
      yield* ended(queue, last)
      assert.deepStrictEqual(
        deliveries.map(({ data, job }) => [job.jobId, data]),
        [
          [first, JSON.stringify(data("a"))],
          [corrupt, '{"Password":"secret'],
          [lost, undefined],
          [last, JSON.stringify(data("d"))]
        ]
      )
    })
  )

  effect("delivers a named job with its name", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const { deliveries, handle } = noting()
      yield* queue.add(data("a"), { name: "constructor" })
      yield* queue.consume(handle)
      yield* until(queue, () => deliveries.length === 1)
      assert.strictEqual(deliveries[0]?.name, "constructor")
    })
  )
}
