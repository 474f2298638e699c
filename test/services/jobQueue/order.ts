import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { data, ended, noting, type Subject, until } from "./QueueUnderTest.ts"

/** Which job comes when, and which place it has. */
export const orderCases = <R>({ effect, makeQueue }: Subject<R>): void => {
  effect("delivers jobs in the order of acceptance, each with its number in the life of the queue", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const { deliveries, handle } = noting()
      for (const text of ["a", "b", "c"]) yield* queue.add(data(text))
      yield* queue.consume(handle)
      yield* queue.add(data("d"))
      yield* until(queue, () => deliveries.length === 4)
      assert.deepStrictEqual(
        deliveries.map(({ data, job }) => [job.jobId, job.place, data]),
        ["a", "b", "c", "d"].map((text, index) => [
          String(index + 1),
          { life: 1, number: index + 1 },
          JSON.stringify(data(text))
        ])
      )
      assert.strictEqual(new Set(deliveries.map(({ job }) => job.identity)).size, 4)
    })
  )

  effect("delivers urgent jobs first and delayed ones later, and each keeps its place of acceptance", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const { deliveries, handle } = noting()
      yield* queue.add(data("delayed"), { delay: 150 })
      yield* queue.add(data("plain"))
      yield* queue.add(data("less urgent"), { priority: 2 })
      yield* queue.add(data("urgent"), { priority: 1 })
      yield* queue.add(data("urgent too"), { priority: 1 })
      yield* queue.consume(handle)
      yield* until(queue, () => deliveries.length === 5)
      assert.deepStrictEqual(
        deliveries.map(({ job }) => job.place.number),
        [4, 5, 3, 2, 1]
      )
    })
  )

  effect("gives a custom id the next number when it is first picked up, and adds none that is there already", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ concurrency: 1 })
      const { deliveries, handle } = noting()
      yield* queue.add(data("a"))
      yield* queue.add(data("b"), { jobId: "3" })
      assert.strictEqual(yield* queue.add(data("again"), { jobId: "3" }), "3")
      yield* queue.add(data("c"), { jobId: "__proto__" })
      yield* queue.consume(handle)
      yield* until(queue, () => deliveries.length === 3)
      assert.deepStrictEqual(
        deliveries.map(({ job }) => [job.jobId, job.place.number]),
        [
          ["1", 1],
          ["3", 5],
          ["__proto__", 6]
        ]
      )
    })
  )

  effect("gives a custom id that is used again another identity", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const { deliveries, handle } = noting()
      yield* queue.consume(handle)
      for (const text of ["a", "b"]) {
        const id = yield* queue.add(data(text), { jobId: "mine" })
        yield* ended(queue, id)
        yield* queue.remove(id)
        yield* queue.pass
      }
      const [first, second] = deliveries
      assert.strictEqual(first?.job.jobId, second?.job.jobId)
      assert.notStrictEqual(first?.job.identity, second?.job.identity)
    })
  )
}
