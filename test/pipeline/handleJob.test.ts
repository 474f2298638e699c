import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Fiber, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { DbError, EncryptionFailed, InvalidToken, VerifierUnavailable } from "../../src/domain/Errors.ts"
import { sentences } from "../../src/domain/Outcome.ts"
import { makeHandleJob } from "../../src/pipeline/handleJob.ts"
import * as EncryptorMock from "../../src/testing/EncryptorMock.ts"
import * as LedgerMemory from "../../src/testing/LedgerMemory.ts"
import * as NotifierRecording from "../../src/testing/NotifierRecording.ts"
import * as TestPipeline from "../../src/testing/TestPipeline.ts"
import * as TokenVerifierMock from "../../src/testing/TokenVerifierMock.ts"
import { ada, delivery, jobData } from "../support/deliveries.ts"

const layerWith = (verify?: TestPipeline.Options["verify"], encrypt?: TestPipeline.Options["encrypt"]) =>
  TestPipeline.layer({ users: [ada], verify, encrypt })

const handle = Effect.fnUntraced(function* (job: ReturnType<typeof delivery>) {
  return yield* (yield* makeHandleJob)(job)
})

describe("a job", () => {
  it.effect("is verified, encrypted, applied, recorded and announced", () =>
    Effect.gen(function* () {
      const recorded = yield* handle(delivery(jobData))
      const { users, outcomes } = yield* LedgerMemory.LedgerMemory
      const announced = yield* NotifierRecording.Announced

      assert.strictEqual(recorded.outcome.tag, "Updated")
      assert.deepStrictEqual(announced, [recorded])
      assert.deepStrictEqual([...outcomes.values()], [recorded])
      const row = users.get(ada)
      assert.strictEqual(row && Redacted.value(row.credentials.password), Buffer.from("correct horse").toString("base64"))
      assert.strictEqual(row && Redacted.value(row.username), "Ada Lovelace")
    }).pipe(Effect.provide(layerWith()))
  )

  const failures = [
    { tag: "InvalidToken", layer: layerWith(() => Effect.fail(new InvalidToken({ reason: "expired" }))) },
    { tag: "VerifierUnavailable", layer: layerWith(() => Effect.fail(new VerifierUnavailable({ reason: "badAnswer" }))) },
    { tag: "EncryptionFailed", layer: layerWith(undefined, () => Effect.fail(new EncryptionFailed({ reason: "badAnswer" }))) },
    { tag: "Defect", layer: layerWith(undefined, () => Effect.die(new TypeError("a bug with correct horse in it"))) }
  ] as const

  it.effect.each(failures)("that fails with $tag is recorded and announced as that, and changes nothing", ({ layer, tag }) =>
    Effect.gen(function* () {
      const recorded = yield* handle(delivery(jobData))
      const { outcomes, users } = yield* LedgerMemory.LedgerMemory
      assert.strictEqual(recorded.outcome.tag, tag)
      assert.deepStrictEqual([...outcomes.values()], [recorded])
      assert.isFalse(sentences[recorded.outcome.tag].Status)
      assert.deepStrictEqual(yield* NotifierRecording.Announced, [recorded])
      assert.isUndefined(users.get(ada))
    }).pipe(Effect.provide(layer))
  )

  it.effect("of a user that the database does not have ends as DbError", () =>
    Effect.gen(function* () {
      const recorded = yield* handle(delivery({ ...jobData, Id: "77", Token: "token of 77" }))
      assert.deepStrictEqual(recorded.outcome, { tag: "DbError", reason: "unknownUser" })
    }).pipe(Effect.provide(layerWith()))
  )

  it.effect("with another user's token is refused, whatever a collation would call equal", () =>
    Effect.gen(function* () {
      for (const [number, subject] of ["1234567891", "1234567890 ", "１２３４５６７８９０", ""].entries()) {
        const recorded = yield* handle(delivery({ ...jobData, Token: `token of ${subject}` }, { number: number + 1 }))
        assert.strictEqual(recorded.outcome.tag, "InvalidToken", subject)
      }
      assert.isUndefined((yield* LedgerMemory.LedgerMemory).users.get(ada))
    }).pipe(Effect.provide(layerWith()))
  )

  it.effect("whose Id cannot be read is recorded, and the announcement has nobody to go to", () =>
    Effect.gen(function* () {
      const recorded = yield* handle(delivery({ ...jobData, Id: "no such id!" }))
      assert.deepStrictEqual(recorded.outcome, { tag: "InvalidJob", reason: "Id" })
      assert.isUndefined(recorded.userId)
    }).pipe(Effect.provide(layerWith()))
  )
})

describe("a job that is delivered again", () => {
  it.effect("announces the outcome that it has: no token is verified again, and nothing encrypted", () => {
    const verify = TokenVerifierMock.script()
    const encrypt = EncryptorMock.script()
    return Effect.gen(function* () {
      const first = yield* handle(delivery(jobData))
      const again = yield* handle(delivery(jobData, { deliveredBefore: true }))
      assert.deepStrictEqual(again, first)
      assert.deepStrictEqual(yield* NotifierRecording.Announced, [first, first])
      assert.deepStrictEqual([verify.calls.length, encrypt.calls.length], [1, 1])
    }).pipe(Effect.provide(layerWith(verify, encrypt)))
  })

  it.effect("keeps its outcome although its data was erased", () =>
    Effect.gen(function* () {
      const first = yield* handle(delivery(jobData))
      assert.deepStrictEqual(yield* handle(delivery({}, { deliveredBefore: true })), first)
    }).pipe(Effect.provide(layerWith()))
  )

  it.effect("without an outcome is handled like any other", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* handle(delivery(jobData, { deliveredBefore: true }))).outcome.tag, "Updated")
    }).pipe(Effect.provide(layerWith()))
  )

  it.effect("and whose two runs end differently keeps the first outcome", () =>
    Effect.gen(function* () {
      const first = yield* handle(delivery(jobData))
      const second = yield* handle(delivery({ ...jobData, Token: "bad" }))
      assert.deepStrictEqual(second, first)
    }).pipe(Effect.provide(layerWith()))
  )
})

describe("the deadline", () => {
  const late = [
    { tag: "VerifierUnavailable", layer: layerWith(() => Effect.never) },
    { tag: "EncryptionFailed", layer: layerWith(undefined, () => Effect.never) }
  ] as const

  it.effect.each(late)("ends a wait for a neighbour that does not answer as $tag", ({ layer, tag }) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(handle(delivery(jobData)), { startImmediately: true })
      yield* TestClock.adjust("29 seconds")
      assert.strictEqual((yield* NotifierRecording.Announced).length, 0)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual((yield* Fiber.join(fiber)).outcome, { tag, reason: "deadline" })
    }).pipe(Effect.provide(layer))
  )

  it.effect("is shared by the steps, and what is left of it goes to the ledger", () => {
    const apply = LedgerMemory.script(Effect.fail(new DbError({ reason: "procedure" })))
    const layer = TestPipeline.layer({
      users: [ada],
      verify: TokenVerifierMock.script(Effect.delay("10 seconds")),
      encrypt: EncryptorMock.script(Effect.delay("12 seconds")),
      apply
    })
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(handle(delivery(jobData)), { startImmediately: true })
      yield* TestClock.adjust("22 seconds")
      assert.deepStrictEqual((yield* Fiber.join(fiber)).outcome, { tag: "DbError", reason: "procedure" })
      assert.deepStrictEqual(
        apply.calls.map(([, , patience]) => Duration.toSeconds(patience)),
        [8]
      )
    }).pipe(Effect.provide(layer))
  })
})

const logged = (lines: Array<string>) => Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))])

describe("the log of a job", () => {
  it.effect("is one line with id, outcome, reason and duration, and nothing that the job carried", () => {
    const lines: Array<string> = []
    return Effect.gen(function* () {
      yield* handle(delivery({ ...jobData, Token: "token of somebody else" }))
      assert.strictEqual(lines.length, 1)
      const line = JSON.parse(lines[0] ?? "")
      assert.deepInclude(line.annotations, { jobId: "1", outcome: "InvalidToken", reason: "foreign", durationMs: 0 })
      for (const value of Object.values(jobData)) assert.notInclude(lines[0], value)
    }).pipe(Effect.provide([layerWith(), logged(lines)]))
  })

  it.effect("names the place of a bug, but not its message", () => {
    const lines: Array<string> = []
    const bug = layerWith(undefined, () => Effect.die(new RangeError("correct horse")))
    return Effect.gen(function* () {
      yield* handle(delivery(jobData))
      assert.include(lines[0], "RangeError")
      assert.include(lines[0], "handleJob.test.ts")
      assert.notInclude(lines.join(""), "correct horse")
    }).pipe(Effect.provide([bug, logged(lines)]))
  })

  it.effect("cannot be forged by a job id", () => {
    const lines: Array<string> = []
    const job = delivery(jobData)
    return Effect.gen(function* () {
      yield* handle({ ...job, job: { ...job.job, jobId: "a\nb\u001b[31m" } })
      assert.include(lines[0], "a?b?[31m")
    }).pipe(Effect.provide([layerWith(), logged(lines)]))
  })
})

it.effect("a bug in reading a job is an outcome, too", () =>
  Effect.gen(function* () {
    const unreadable = Object.defineProperty(delivery(jobData), "data", {
      get: () => {
        throw new Error("secret")
      }
    })
    assert.deepStrictEqual((yield* handle(unreadable)).outcome, { tag: "Defect", reason: "bug" })
  }).pipe(Effect.provide([layerWith(), Logger.layer([])]))
)

const lost = (lostRuns: number) => handle(delivery(jobData, { deliveredBefore: true, lostRuns }))

describe("a job that was running each time that its process was killed", () => {
  it.effect("is run again twice", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* lost(2)).outcome.tag, "Updated")
    }).pipe(Effect.provide(layerWith()))
  )

  it.effect("is then run no more, and its user is told", () =>
    Effect.gen(function* () {
      const recorded = yield* lost(3)
      assert.deepInclude(recorded, { userId: ada, outcome: { tag: "Defect", reason: "poison" } })
      assert.deepStrictEqual(yield* NotifierRecording.Announced, [recorded])
    }).pipe(Effect.provide([layerWith(), Logger.layer([])]))
  )

  it.effect("is not even read where that killed a process, too", () =>
    Effect.gen(function* () {
      const recorded = yield* lost(4)
      assert.deepStrictEqual([recorded.userId, recorded.outcome.reason], [undefined, "poison"])
    }).pipe(Effect.provide([layerWith(), Logger.layer([])]))
  )

  it.effect("keeps an outcome that it has", () =>
    Effect.gen(function* () {
      const first = yield* handle(delivery(jobData))
      assert.deepStrictEqual(yield* lost(9), first)
    }).pipe(Effect.provide(layerWith()))
  )
})

it.effect("an interrupted job gets no outcome", () =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(handle(delivery(jobData)), { startImmediately: true })
    yield* Fiber.interrupt(fiber)
    const exit = yield* Fiber.await(fiber)
    assert.isTrue(exit._tag === "Failure" && Cause.hasInterruptsOnly(exit.cause))
    assert.strictEqual((yield* LedgerMemory.LedgerMemory).outcomes.size, 0)
  }).pipe(Effect.provide(layerWith(() => Effect.never)))
)
