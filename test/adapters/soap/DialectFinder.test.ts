import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Logger } from "effect"
import { makeDialectFinder } from "../../../src/adapters/soap/DialectFinder.ts"
import { EncryptionFailed } from "../../../src/domain/Errors.ts"
import { cbc, cfb, gcm, literal, service, strict } from "./services.ts"

const lines: Array<string> = []
const capture = Logger.layer([Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))])

const none = () => 0
const fail = (reason: "rejected" | "overloaded") => Effect.suspend(() => Effect.fail(new EncryptionFailed({ reason })))

describe("how a service reads", () => {
  const services = [
    { name: "strict with CFB", read: strict, size: cfb, dialect: "strict" },
    { name: "strict with GCM", read: strict, size: gcm, dialect: "strict" },
    { name: "strict with CBC", read: strict, size: cbc, dialect: "strict" },
    { name: "literal with CFB", read: literal, size: cfb, dialect: "literal" },
    { name: "literal with GCM", read: literal, size: gcm, dialect: "literal" },
    { name: "literal with CBC", read: literal, size: cbc, dialect: "literal" },
    { name: "literal with answers of one length", read: literal, size: () => 64, dialect: "undetermined" }
  ] as const

  it.effect.each(services)("is found out by three made-up passwords, once: $name", ({ read, size, dialect }) =>
    Effect.gen(function* () {
      lines.length = 0
      const { asked, exchange } = service(read, size)
      const finder = yield* makeDialectFinder("auto", exchange, none)
      assert.strictEqual(yield* finder.find, dialect)
      assert.strictEqual(yield* finder.find, dialect)
      assert.deepStrictEqual(asked, ["x".repeat(40), "&amp;".repeat(40), "x".repeat(200)])
      assert.strictEqual(lines.length, 1)
      assert.match(lines[0] ?? "", dialect === "undetermined" ? /^Warn .*ENCRYPT_XML/u : /^Info /u)
    }).pipe(Effect.provide(capture))
  )

  it.effect.each([{ xml: "strict" as const }, { xml: "literal" as const }])(
    "is not asked where the configuration says $xml",
    ({ xml }) =>
      Effect.gen(function* () {
        const { asked, exchange } = service(literal, cfb)
        const finder = yield* makeDialectFinder(xml, exchange, none)
        yield* finder.forget
        assert.strictEqual(yield* finder.find, xml)
        assert.deepStrictEqual(asked, [])
      })
  )

  it.effect("is asked once, however many jobs wait, also where the service refuses", () =>
    Effect.gen(function* () {
      for (const refusing of [false, true]) {
        lines.length = 0
        const open = yield* Deferred.make<void>()
        const { asked, exchange } = service(strict, cfb, () =>
          Effect.andThen(Deferred.await(open), refusing ? fail("rejected") : Effect.void)
        )
        const finder = yield* makeDialectFinder("auto", exchange, none)
        const jobs = yield* Effect.forEach(Array(50).keys(), () => Effect.forkChild(finder.find, { startImmediately: true }))
        yield* Deferred.succeed(open, undefined)
        const found = yield* Effect.forEach(jobs, Fiber.join)
        assert.deepStrictEqual(new Set(found), new Set([refusing ? "undetermined" : "strict"]))
        assert.strictEqual(asked.length, refusing ? 1 : 3)
        assert.strictEqual(lines.length, 1)
      }
    }).pipe(Effect.provide(capture))
  )

  it.effect("is asked again at the next need after a refusal, and the operator is told once", () =>
    Effect.gen(function* () {
      lines.length = 0
      const { asked, exchange } = service(strict, cfb, (count) => (count <= 2 ? fail("rejected") : Effect.void))
      const finder = yield* makeDialectFinder("auto", exchange, none)
      assert.strictEqual(yield* finder.find, "undetermined")
      assert.strictEqual(yield* finder.find, "undetermined")
      assert.strictEqual(yield* finder.find, "strict")
      assert.strictEqual(asked.length, 5)
      assert.deepStrictEqual(
        lines.map((line) => line.split(" ")[0]),
        ["Warn", "Info"]
      )
    }).pipe(Effect.provide(capture))
  )

  it.effect("stays unknown while the service is away", () =>
    Effect.gen(function* () {
      const { exchange } = service(literal, cfb, (count) => (count === 3 ? fail("overloaded") : Effect.void))
      const finder = yield* makeDialectFinder("auto", exchange, none)
      assert.strictEqual((yield* Effect.flip(finder.find)).reason, "overloaded")
      assert.strictEqual(yield* finder.find, "literal")
    }).pipe(Effect.provide(capture))
  )

  it.effect("is asked by another job where the one that asked was interrupted", () =>
    Effect.gen(function* () {
      const { asked, exchange } = service(strict, cfb, (count) => (count === 1 ? Effect.never : Effect.void))
      const finder = yield* makeDialectFinder("auto", exchange, none)
      const first = yield* Effect.forkChild(finder.find, { startImmediately: true })
      const second = yield* Effect.forkChild(finder.find, { startImmediately: true })
      yield* Fiber.interrupt(first)
      assert.strictEqual(yield* Fiber.join(second), "strict")
      assert.strictEqual(asked.length, 4)
    }).pipe(Effect.provide(capture))
  )

  it.effect("is not kept where the service was away, and replaced, while it was being found out", () =>
    Effect.gen(function* () {
      let replaced = false
      let forget: Effect.Effect<void> = Effect.void
      const { exchange } = service(
        (text) => (replaced ? strict(text) : text),
        cfb,
        (count) =>
          count === 3
            ? Effect.andThen(
                Effect.sync(() => void (replaced = true)),
                forget
              )
            : Effect.void
      )
      const finder = yield* makeDialectFinder("auto", exchange, none)
      forget = Effect.suspend(() => finder.forget)
      yield* finder.find
      assert.strictEqual(yield* finder.find, "strict")
    }).pipe(Effect.provide(capture))
  )

  it.effect("is asked again after a connection has ended, and kept by nobody where one ended meanwhile", () =>
    Effect.gen(function* () {
      let ended = 0
      const { asked, exchange } = service(literal, cfb, (count) => Effect.sync(() => void (count === 4 && ended++)))
      const finder = yield* makeDialectFinder("auto", exchange, () => ended)
      const findAfter = (count: number) =>
        Effect.andThen(
          Effect.sync(() => void (ended += count)),
          finder.find
        )
      const counts: Array<number> = []
      for (const connections of [0, 0, 1, 0, 0]) {
        assert.strictEqual(yield* findAfter(connections), "literal")
        counts.push(asked.length)
      }
      assert.deepStrictEqual(counts, [3, 3, 6, 9, 9])
    }).pipe(Effect.provide(capture))
  )
})
