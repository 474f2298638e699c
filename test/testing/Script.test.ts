import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { DbError, EncryptionFailed, InvalidToken, VerifierUnavailable } from "../../src/domain/Errors.ts"
import { Encryptor } from "../../src/services/Encryptor.ts"
import { HttpExchange, NoAnswer } from "../../src/services/HttpExchange.ts"
import { TokenVerifier } from "../../src/services/TokenVerifier.ts"
import * as EncryptorMock from "../../src/testing/EncryptorMock.ts"
import * as HttpExchangeMock from "../../src/testing/HttpExchangeMock.ts"
import * as LedgerMemory from "../../src/testing/LedgerMemory.ts"
import * as TokenVerifierMock from "../../src/testing/TokenVerifierMock.ts"

const plain = { phone: Redacted.make("0123456789"), password: Redacted.make("correct horse") }
const encrypt = Effect.flatMap(Encryptor, (encryptor) => encryptor.encrypt(plain))
const phone = Effect.map(encrypt, ({ phone }) => Redacted.value(phone))
const usual = Buffer.from("0123456789").toString("base64")

const scripted = (script: EncryptorMock.EncryptScript) => Effect.provide(EncryptorMock.layer(script))

describe("a script", () => {
  it.effect("answers call after call, and as usual when it is used up", () => {
    const other = { phone: Redacted.make("other"), password: Redacted.make("other") }
    const rejected = Effect.fail(new EncryptionFailed({ reason: "rejected" }))
    const script = EncryptorMock.script(rejected, Effect.succeed(other), Effect.die("a bug"))
    return Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(encrypt)).reason, "rejected")
      assert.strictEqual(yield* phone, "other")
      const exit = yield* Effect.exit(encrypt)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      assert.strictEqual(yield* phone, usual)
    }).pipe(scripted(script))
  })

  it.effect("remembers what it was called with, and shows no secret", () => {
    const script = EncryptorMock.script()
    return Effect.gen(function* () {
      yield* encrypt
      assert.deepStrictEqual(script.calls, [[plain]])
      assert.notInclude(JSON.stringify(script.calls), "correct horse")
    }).pipe(scripted(script))
  })

  it.effect("may hang, and may make the usual answer late", () =>
    Effect.gen(function* () {
      const hangs = yield* Effect.forkChild(encrypt, { startImmediately: true })
      const late = yield* Effect.forkChild(phone, { startImmediately: true })
      yield* TestClock.adjust("2999 millis")
      assert.isUndefined(late.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(late), usual)
      yield* TestClock.adjust("1 day")
      assert.isUndefined(hangs.pollUnsafe())
    }).pipe(scripted(EncryptorMock.script(Effect.never, Effect.delay("3 seconds"))))
  )

  it("takes only errors that its method may fail with", () => {
    const foreign = Effect.fail(new InvalidToken({ reason: "expired" }))
    // @ts-expect-error: an encryptor has no opinion on tokens
    EncryptorMock.script(foreign)
    // @ts-expect-error: nor has a database
    LedgerMemory.script(foreign)
    // @ts-expect-error: nor a verifier on the database
    TokenVerifierMock.script(Effect.fail(new DbError({ reason: "busy" })))
    assert.strictEqual(TokenVerifierMock.script(foreign).calls.length, 0)
  })
})

describe("while a script says that a neighbour is away", () => {
  it.effect.each(["unreachable", "timeout", "overloaded"] as const)("%s costs a wait", (reason) => {
    const encryption = EncryptorMock.script(Effect.fail(new EncryptionFailed({ reason })))
    const verification = TokenVerifierMock.script(Effect.fail(new VerifierUnavailable({ reason })))
    return Effect.gen(function* () {
      const both = Effect.gen(function* () {
        yield* (yield* TokenVerifier).verify(Redacted.make("token of ada"))
        return yield* phone
      })
      const fiber = yield* Effect.forkChild(both, { startImmediately: true })
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(fiber), usual)
      assert.deepStrictEqual([verification.calls.length, encryption.calls.length], [2, 2])
    }).pipe(Effect.provide(Layer.merge(EncryptorMock.layer(encryption), TokenVerifierMock.layer(verification))))
  })

  it.effect("a bad answer, a bad token and no answer to an exchange are told at once", () => {
    const badAnswer = new VerifierUnavailable({ reason: "badAnswer" })
    const verification = TokenVerifierMock.script(Effect.fail(badAnswer), Effect.fail(new InvalidToken({ reason: "expired" })))
    const exchange = HttpExchangeMock.script(Effect.fail(new NoAnswer({ reason: "unreachable" })))
    return Effect.gen(function* () {
      const verify = (yield* TokenVerifier).verify(Redacted.make("token of ada"))
      assert.strictEqual((yield* Effect.flip(verify)).reason, "badAnswer")
      assert.strictEqual((yield* Effect.flip(verify)).reason, "expired")
      assert.strictEqual((yield* verify).id, "ada")
      const post = (yield* HttpExchange).post({ url: "http://localhost", headers: {}, body: Redacted.make("") })
      assert.strictEqual((yield* Effect.flip(post)).reason, "unreachable")
      assert.deepStrictEqual(yield* post, { status: 200, body: "" })
    }).pipe(Effect.provide(Layer.merge(TokenVerifierMock.layer(verification), HttpExchangeMock.layer(exchange))))
  })
})
