import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { InvalidJob } from "../../src/domain/Errors.ts"
import { sentences } from "../../src/domain/Outcome.ts"
import { makeHandleJob } from "../../src/pipeline/handleJob.ts"
import { Unsealer } from "../../src/services/Unsealer.ts"
import { jobFor } from "../../src/testing/jobs.ts"
import { told } from "../../src/testing/NotifierRecording.ts"
import * as TestPipeline from "../../src/testing/TestPipeline.ts"
import * as UnsealerMock from "../../src/testing/UnsealerMock.ts"

const unseal = (sealed: string) => Unsealer.use((unsealer) => unsealer.unseal(sealed))

describe("the mock of the unsealer", () => {
  it.effect("opens its own seals and no others", () =>
    Effect.gen(function* () {
      assert.strictEqual(Redacted.value(yield* unseal(UnsealerMock.sealOf({ a: 1 }))), '{"a":1}')
      assert.strictEqual((yield* Effect.flip(unseal("a.b.c.d.e"))).message, "InvalidJob: sealed")
    }).pipe(Effect.provide(UnsealerMock.layer()))
  )

  it.effect("answers as its script says, in a pipeline too", () => {
    const script = UnsealerMock.script(Effect.fail(new InvalidJob({ reason: "sealed" })))
    const Sealed = UnsealerMock.sealOf(jobFor("ada"))
    return Effect.gen(function* () {
      const handle = yield* makeHandleJob
      yield* TestPipeline.run(handle, { Id: "ada", Sealed }, { Id: "ada", Sealed })
      yield* Effect.yieldNow
      assert.deepStrictEqual(yield* told, [sentences.InvalidJob, sentences.Updated])
      assert.deepStrictEqual(script.calls, [[Sealed], [Sealed]])
    }).pipe(Effect.provide(TestPipeline.layer({ users: ["ada"], unseal: script })))
  })
})
