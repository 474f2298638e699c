import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeHandleJob } from "../../src/pipeline/handleJob.ts"
import { makeReadJob } from "../../src/pipeline/readJob.ts"
import { LedgerMemory } from "../../src/testing/LedgerMemory.ts"
import * as TestPipeline from "../../src/testing/TestPipeline.ts"
import * as UnsealerMock from "../../src/testing/UnsealerMock.ts"
import { ada, delivery, jobData } from "../support/deliveries.ts"
import { reading } from "../support/reading.ts"

const { Image, Username, ...secret } = jobData
const Sealed = UnsealerMock.sealOf(secret)
const inPlace = { Id: ada, Username, Image, Sealed }

const outcomeOf = Effect.fnUntraced(function* (data: unknown, lostRuns = 0) {
  return yield* (yield* makeHandleJob)(delivery(data, { lostRuns }))
})
const onMocks = (unseal?: TestPipeline.Options["unseal"]) => Effect.provide(TestPipeline.layer({ users: [ada], unseal }))

describe("a sealed job", () => {
  it.effect("is read like a plain one, in place of the plain fields or beside them", () =>
    Effect.gen(function* () {
      for (const data of [{ Id: ada, Sealed: UnsealerMock.sealOf(jobData) }, inPlace, { ...jobData, Sealed }])
        assert.strictEqual(yield* reading(data), "read")
    }).pipe(Effect.provide(UnsealerMock.layer()))
  )

  it.effect("is updated from the queue's delivery on", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* outcomeOf(inPlace)).outcome.tag, "Updated")
      assert.isDefined((yield* LedgerMemory).users.get(ada))
    }).pipe(onMocks())
  )

  it.effect("that cannot be opened is recorded and told as InvalidJob, sealed", () =>
    Effect.gen(function* () {
      for (const bad of ["noise", "", null, 7, {}, [Sealed]]) {
        const { outcome, userId } = yield* outcomeOf({ ...jobData, Sealed: bad }).pipe(onMocks())
        assert.deepStrictEqual([outcome, userId], [{ tag: "InvalidJob", reason: "sealed" }, ada])
      }
    })
  )

  it.effect("of another user is refused, with whatever is plain beside it", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* reading({ ...inPlace, Id: "9999999999" }), "InvalidJob: Id")
      assert.strictEqual(yield* reading({ ...inPlace, Password: "mine now" }), "InvalidJob: Password")
    }).pipe(Effect.provide(UnsealerMock.layer()))
  )

  it.effect("keeps to the rules of a plain one, by the names of its fields", () =>
    Effect.gen(function* () {
      const sealed = (changes: object) => reading({ ...inPlace, Sealed: UnsealerMock.sealOf({ ...secret, ...changes }) })
      assert.strictEqual(yield* sealed({ Phone: "x" }), "InvalidJob: Phone")
      assert.strictEqual(yield* sealed({ Password: 12345678 }), "InvalidJob: Password")
      assert.strictEqual(yield* sealed({ Token: "" }), "InvalidToken: malformed")
      assert.strictEqual(yield* reading({ Id: ada, Sealed }), "InvalidJob: Username")
      const hostile: unknown = JSON.parse(JSON.stringify(inPlace).replace("{", '{"__proto__":{"Token":"x"},'))
      assert.strictEqual(yield* reading(hostile), "InvalidJob: __proto__")
    }).pipe(Effect.provide(UnsealerMock.layer()))
  )

  it.effect("is not opened where its Id cannot be read, it is too large, or it is taken for poison", () => {
    const script = UnsealerMock.script()
    return Effect.gen(function* () {
      assert.strictEqual(yield* reading({ ...inPlace, Id: "a b" }), "InvalidJob: Id")
      assert.strictEqual(yield* reading({ Sealed }), "InvalidJob: Id")
      assert.strictEqual(yield* reading({ ...inPlace, Image: "x".repeat(13_000_000) }), "InvalidJob: tooLarge")
      assert.strictEqual((yield* outcomeOf(inPlace, 3)).outcome.reason, "poison")
      assert.lengthOf(script.calls, 0)
      assert.strictEqual(yield* reading(inPlace), "read")
      assert.lengthOf(script.calls, 1)
    }).pipe(onMocks(script))
  })

  it.effect("that meets a bug as it is opened ends as one, and its user is told", () =>
    Effect.gen(function* () {
      const { outcome, userId } = yield* outcomeOf(inPlace)
      assert.deepStrictEqual([outcome.tag, userId], ["Defect", ada])
    }).pipe(onMocks(() => Effect.die(new TypeError("a bug"))))
  )
})

it("whom to tell of a sealed job is known before it is opened", () => {
  const readJob = makeReadJob({ userId: /^\d{10}$/u, maxBytes: 1000 })
  assert.strictEqual(readJob(delivery({ Id: ada, Sealed: "noise" })).userId, ada)
  assert.isUndefined(readJob(delivery({ Sealed })).userId)
})
