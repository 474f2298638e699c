import { monitorEventLoopDelay } from "node:perf_hooks"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Logger, Redacted, type Scope } from "effect"
import * as EncryptorSoap from "../../../src/adapters/soap/EncryptorSoap.ts"
import * as HttpExchangeUndici from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { Encryptor } from "../../../src/services/Encryptor.ts"
import { httpServer, socketServer } from "../../support/localServer.ts"
import { until } from "../../support/until.ts"
import { good } from "./answers.ts"
import { answers, type Ending, type HostileAnswer, plain, slow } from "./hostileAnswers.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"

const layerOn = (url: string, checkLength: boolean) =>
  EncryptorSoap.layer({ url, xml: "strict", checkLength }).pipe(
    Layer.provide([HttpExchangeUndici.layer({ connections: 2 }), BreakersMock.layer]),
    Layer.provideMerge(Logger.layer([]))
  )

const encrypt = Effect.gen(function* () {
  const encryptor = yield* Encryptor
  const { phone, password } = yield* encryptor.encrypt({
    phone: Redacted.make(plain.phone),
    password: Redacted.make(plain.password)
  })
  return [Redacted.value(phone), Redacted.value(password)]
})

const everythingOf = (prototype: object) =>
  Reflect.ownKeys(prototype).map((key) => [key, Reflect.getOwnPropertyDescriptor(prototype, key)])

/** One call of a hostile service, beside which there is a second host: how it ended, and what went on meanwhile. */
const call = Effect.fnUntraced(function* ({ say, checked }: HostileAnswer): Effect.fn.Return<Observed, never, Scope.Scope> {
  const other = yield* httpServer((response) => response.end(good))
  const requests: Array<number> = []
  const cuts: Array<number> = []
  const url = yield* socketServer((socket) => {
    socket.on("close", () => cuts.push(performance.now()))
    let heard = ""
    socket.on("data", (bytes) => {
      heard += String(bytes)
      if (!heard.endsWith("</soap:Envelope>")) return
      heard = ""
      requests.push(performance.now())
      say(socket, other.url)
    })
  })
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype]
  const before = prototypes.map(everythingOf)
  const heap = process.memoryUsage.rss()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const result = yield* Effect.raceFirst(
    Effect.exit(encrypt),
    Effect.as(
      until(
        Effect.sync(() => requests.length),
        (count) => count > 1
      ),
      "again" as const
    )
  ).pipe(Effect.provide(layerOn(url, checked ?? false)))
  delay.disable()
  assert.deepStrictEqual(prototypes.map(everythingOf), before)
  assert.deepStrictEqual([other.connections(), other.received.length], [0, 0])
  return {
    ends: endOf(result),
    requests,
    cuts,
    blocked: delay.max / 1e6,
    grown: process.memoryUsage.rss() - heap
  }
})

interface Observed {
  readonly ends: Ending
  readonly requests: ReadonlyArray<number>
  readonly cuts: ReadonlyArray<number>
  /** The longest time that the event loop stood still, in milliseconds. */
  readonly blocked: number
  /** By how many bytes the process grew. */
  readonly grown: number
}

const endOf = (result: "again" | Exit.Exit<ReadonlyArray<string>, { readonly reason: Ending }>): Ending => {
  if (result === "again") return "again"
  assert.notInclude(inspect(result, { depth: Infinity, showHidden: true }), plain.password)
  if (Exit.isSuccess(result)) {
    assert.deepStrictEqual(result.value, ["QQ==", "Qg=="])
    return "right"
  }
  const error = Exit.findErrorOption(result)
  return error._tag === "Some" ? error.value.reason : assert.fail("a defect")
}

/** Tries three times for a calm moment of this machine: what blocks by itself blocks each time. */
const calmly = (answer: HostileAnswer, tries = 3): Effect.Effect<Observed> =>
  Effect.flatMap(Effect.scoped(call(answer)), (observed) =>
    observed.blocked <= 50 || tries === 1 ? Effect.succeed(observed) : calmly(answer, tries - 1)
  )

const megabyte = 1024 * 1024

describe("a service that answers", () => {
  it.live.each(answers)("$id $what is no false success, and harms nothing", (answer) =>
    Effect.gen(function* () {
      const observed = yield* calmly(answer)
      assert.strictEqual(observed.ends, answer.ends)
      if (answer.ends === "again") assert.isAtLeast(observed.requests.length, 2)
      else assert.strictEqual(observed.requests.length, 1)
      assert.isAtMost(observed.blocked, 50)
      assert.isBelow(observed.grown, 30 * megabyte)
    })
  )

  it.live(
    `${slow.map(({ id, what }) => `${id} ${what}`).join(", ")} is left after five seconds and asked again`,
    () =>
      Effect.forEach(
        slow,
        (answer) =>
          Effect.gen(function* () {
            const { cuts, ends, requests } = yield* Effect.scoped(call(answer))
            assert.strictEqual(ends, "again", answer.what)
            const [first = 0, second = 0] = requests
            assert.closeTo((cuts[0] ?? 0) - first, 5_000, 500, answer.what)
            assert.isBelow(second - first, 6_500, answer.what)
          }),
        { concurrency: "unbounded" }
      ),
    15_000
  )

  it("leaves no row of the corpus out", () => {
    const ids = new Set([...answers, ...slow].map(({ id }) => id))
    assert.deepStrictEqual([...ids].toSorted(), Array.from({ length: 20 }, (_, index) => `X${index + 1}`).toSorted())
  })
})
