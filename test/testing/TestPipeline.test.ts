import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { DbError } from "../../src/domain/Errors.ts"
import { sentences } from "../../src/domain/Outcome.ts"
import type { UserId } from "../../src/domain/UserId.ts"
import { makeHandleJob } from "../../src/pipeline/handleJob.ts"
import { Hub } from "../../src/services/Hub.ts"
import { JobPolicy } from "../../src/services/JobPolicy.ts"
import { NotificationBus } from "../../src/services/NotificationBus.ts"
import { Notifier } from "../../src/services/Notifier.ts"
import { Readiness } from "../../src/services/Readiness.ts"
import { Delivered } from "../../src/testing/HubRecording.ts"
import { jobFor } from "../../src/testing/jobs.ts"
import * as LedgerMemory from "../../src/testing/LedgerMemory.ts"
import { MemoryQueue } from "../../src/testing/MemoryQueue.ts"
import { OtherProcesses } from "../../src/testing/NotificationBusMemory.ts"
import { Announced, told } from "../../src/testing/NotifierRecording.ts"
import * as ReadinessMemory from "../../src/testing/ReadinessMemory.ts"
import * as TestPipeline from "../../src/testing/TestPipeline.ts"
import { recordedFor } from "../support/outcomes.ts"

const ada = "ada" as UserId

describe("the pipeline on mocks", () => {
  it.effect("runs a job from the queue to the user's sentence without waiting", () =>
    Effect.gen(function* () {
      const [id = ""] = yield* TestPipeline.run(yield* makeHandleJob, jobFor("ada", { Username: "Ada King" }))
      assert.strictEqual((yield* (yield* MemoryQueue).ended(id)).state, "completed")
      assert.deepStrictEqual(yield* told, [sentences.Updated])
      const row = (yield* LedgerMemory.LedgerMemory).users.get(ada)
      assert.strictEqual(row && Redacted.value(row.username), "Ada King")
    }).pipe(Effect.provide(TestPipeline.layer({ users: ["ada"] })))
  )

  it.effect("announces the outcome that a job has when it is delivered again", () => {
    const layer = TestPipeline.layer({ users: ["ada"] })
    return Effect.gen(function* () {
      const queue = yield* MemoryQueue
      const announced = yield* Announced
      const [id = ""] = yield* TestPipeline.run(yield* makeHandleJob, jobFor("ada", { Token: "bad" }))
      yield* queue.ended(id)
      yield* queue.retry(id)
      yield* queue.ended(id)
      assert.strictEqual(announced.length, 2)
      assert.deepStrictEqual(announced[1], announced[0])
      assert.deepInclude(yield* queue.counts, { failed: 1, completed: 0 })
    }).pipe(Effect.provide(layer))
  })

  it.effect("tells a failure of the database as its script says, by the policy that is given", () =>
    Effect.gen(function* () {
      yield* TestPipeline.run(yield* makeHandleJob, jobFor("ada"))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* told, [sentences.DbError])
    }).pipe(
      Effect.provide(
        TestPipeline.layer({
          users: ["ada"],
          policy: { deadline: Duration.seconds(1) },
          apply: LedgerMemory.script(...Array.from({ length: 99 }, () => Effect.fail(new DbError({ reason: "busy" }))))
        })
      )
    )
  )

  it.effect("lets another layer take the place of any mock", () => {
    const deaf = Layer.succeed(Notifier, { announce: () => Effect.void })
    return Effect.gen(function* () {
      const [id = ""] = yield* TestPipeline.run(yield* makeHandleJob, jobFor("ada"))
      yield* (yield* MemoryQueue).ended(id)
      assert.deepStrictEqual(yield* told, [])
    }).pipe(Effect.provide(Layer.merge(TestPipeline.layer({ users: ["ada"] }), deaf)))
  })

  it.effect("ends at once with a test that leaves a job hanging", () =>
    Effect.gen(function* () {
      yield* TestPipeline.run(() => Effect.never, jobFor("ada"))
      assert.deepInclude(yield* (yield* MemoryQueue).counts, { active: 1 })
    }).pipe(Effect.provide(TestPipeline.layer()))
  )
})

describe("the other mocks", () => {
  const recorded = recordedFor(ada)

  it.effect("the hub remembers what it was given", () =>
    Effect.gen(function* () {
      yield* (yield* Hub).deliver(recorded)
      assert.deepStrictEqual(yield* Delivered, [recorded])
    }).pipe(Effect.provide(TestPipeline.layer()))
  )

  it.effect("the bus carries outcomes to and from other processes, and never back", () =>
    Effect.gen(function* () {
      const bus = yield* NotificationBus
      const others = yield* OtherProcesses
      const heard: Array<unknown> = []
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* bus.subscribe((recorded) => Effect.sync(() => void heard.push(recorded)), Effect.void)
          yield* bus.publish(recorded)
          assert.deepStrictEqual([heard, others.heard], [[], [recorded]])
          yield* others.publish(recorded)
        })
      )
      yield* others.publish(recorded)
      assert.deepStrictEqual(heard, [recorded])
    }).pipe(Effect.provide(TestPipeline.layer()))
  )

  it.effect("readiness tells what its parts say, before, during and after their scope", () =>
    Effect.gen(function* () {
      const readiness = yield* Readiness
      assert.deepStrictEqual(yield* readiness.report, { redis: "starting" })
      const during = Effect.andThen(readiness.register("redis", Effect.fail("away")), readiness.report)
      assert.deepStrictEqual(yield* Effect.scoped(during), { redis: "away" })
      assert.deepStrictEqual(yield* readiness.report, { redis: "stopping" })
      yield* readiness.register("hub", Effect.void)
      assert.deepStrictEqual(yield* readiness.report, { redis: "stopping", hub: "ok" })
    }).pipe(Effect.provide(ReadinessMemory.layer(["redis"])))
  )

  it.effect("the policy is that of a deployment that sets nothing, but for what is given", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(TestPipeline.layer({ policy: { maxBytes: 5 } }))
      const { deadline, maxBytes } = Context.get(context, JobPolicy)
      assert.deepStrictEqual([Duration.toSeconds(deadline), maxBytes], [30, 5])
    })
  )
})
