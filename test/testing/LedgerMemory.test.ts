import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { DbError } from "../../src/domain/Errors.ts"
import type { UserId } from "../../src/domain/UserId.ts"
import { Ledger } from "../../src/services/Ledger.ts"
import { Lives } from "../../src/services/Lives.ts"
import { deliveryOf } from "../../src/testing/jobs.ts"
import * as LedgerMemory from "../../src/testing/LedgerMemory.ts"
import { makeTables } from "../../src/testing/memoryTables.ts"
import { type LedgerUnderTest, ledgerConformance } from "../services/ledgerConformance.ts"

const makeLedger = Effect.fnUntraced(function* (...users: ReadonlyArray<string>) {
  const context = yield* Layer.build(LedgerMemory.layer(users))
  const tables = Context.get(context, LedgerMemory.LedgerMemory)
  const ledger: LedgerUnderTest = {
    ledger: Context.get(context, Ledger),
    lives: Context.get(context, Lives),
    phoneOf: (id) => Effect.sync(() => tables.users.get(id as UserId)?.credentials.phone).pipe(Effect.map(textOf)),
    age: (by) => TestClock.adjust(by)
  }
  return ledger
})

const textOf = (text: Redacted.Redacted | undefined) => text && Redacted.value(text)

describe("the ledger in memory", () => {
  ledgerConformance({ effect: it.effect, makeLedger })

  const secret = Redacted.make("x")
  const record = { id: "ada" as UserId, credentials: { phone: secret, password: secret }, username: secret, image: secret }
  const apply = Effect.flatMap(Ledger, (ledger) => ledger.apply(deliveryOf({}).job, record, Duration.seconds(5)))

  it.effect("waits without end for a database that is away", () => {
    const away = Effect.fail(new DbError({ reason: "unavailable" }))
    const script = LedgerMemory.script(...Array.from({ length: 20 }, () => away))
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(apply, { startImmediately: true })
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* Fiber.join(fiber)).outcome.tag, "Updated")
      assert.strictEqual(script.calls.length, 21)
    }).pipe(Effect.provide(LedgerMemory.layer(["ada"], script)))
  })

  it.effect("waits for a row that is locked only as long as the patience lasts", () => {
    const busy = Effect.fail(new DbError({ reason: "busy" }))
    const script = LedgerMemory.script(...Array.from({ length: 1000 }, () => busy))
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.flip(apply), { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber)).reason, "busy")
      assert.isAbove(script.calls.length, 1)
    }).pipe(Effect.provide(LedgerMemory.layer(["ada"], script)))
  })

  it.effect("tells any other refusal at once", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(apply)).reason, "procedure")
      assert.strictEqual((yield* apply).outcome.tag, "Updated")
    }).pipe(Effect.provide(LedgerMemory.layer(["ada"], LedgerMemory.script(Effect.fail(new DbError({ reason: "procedure" }))))))
  )

  it.effect("applies once what was done and reported as failed, on tables that two processes share", () => {
    const tables = makeTables(["ada"])
    let isDoubtful = true
    const doubtful: LedgerMemory.MySqlCall = (_method, _job, call) =>
      Effect.suspend(() => {
        if (!isDoubtful) return call
        isDoubtful = false
        return Effect.andThen(call, Effect.fail(new DbError({ reason: "unavailable" })))
      })
    return Effect.gen(function* () {
      const first = yield* Effect.forkChild(Effect.provide(apply, LedgerMemory.layerOn(tables, { mysql: doubtful })), {
        startImmediately: true
      })
      yield* TestClock.adjust("1 second")
      const again = yield* Effect.provide(apply, LedgerMemory.layerOn(tables))
      assert.deepStrictEqual(again, yield* Fiber.join(first))
      assert.deepStrictEqual(tables.applications, [again.identity])
    })
  })
})
