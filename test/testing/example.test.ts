import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { EncryptionFailed, makeHandleJob, sentences } from "user-update-service"
import { EncryptorMock, jobFor, TestPipeline, told } from "user-update-service/testing"

const away = Effect.fail(new EncryptionFailed({ reason: "unreachable" }))
it.effect("encryption that is away twice costs a wait, not the update", () =>
  Effect.gen(function* () {
    yield* TestPipeline.run(yield* makeHandleJob, jobFor("ada"))
    assert.deepStrictEqual(yield* told, [])
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(yield* told, [sentences.Updated])
  }).pipe(Effect.provide(TestPipeline.layer({ users: ["ada"], encrypt: EncryptorMock.script(away, away) })))
)
