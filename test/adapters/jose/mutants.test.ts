import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Result } from "effect"
import { TestClock } from "effect/testing"
import { TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { measured } from "./cpu.ts"
import { mutate, randomFrom } from "./mutate.ts"
import { claims, now, token, ways } from "./ways.ts"

const count = Number(process.env["MUTANTS"] ?? 20_000)
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32))

const tokensOf = ways.map((way) => [
  token(way),
  token(way, { ...claims, Id: "victim" }),
  token(way, { sub: claims.Id, exp: claims.exp, iss: "https://issuer.example", roles: ["a"], name: "é 🙂" }),
  token(way, claims, { ...way.header, typ: "at+jwt" })
])
const originals = new Set(tokensOf.flat())

describe("mutants of good tokens", () => {
  it.effect.each(ways.map((way, index) => ({ algorithm: way.algorithm, way, index })))(
    "are refused, every one, and none takes 5 ms of CPU: $algorithm",
    ({ way, index }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now * 1000)
        const { verify } = yield* TokenVerifier
        const source = { random: randomFrom(seed + index), tokens: [...originals] }
        const reasons = new Set<string>()
        for (let number = 0; number < count / ways.length; number++) {
          const original = tokensOf[index]?.[number % 4] ?? ""
          const { text, how } = mutate(original, source)
          if (originals.has(text)) continue
          const { value, cpu } = yield* measured(Effect.result(verify(Redacted.make(text))), 5)
          const told = `SEED=${seed}, mutant ${number}, ${how.join(", ")}: ${text}`
          if (cpu >= 5) return assert.fail(`${cpu} ms: ${told}`)
          if (Result.isSuccess(value)) return assert.fail(`taken: ${told}`)
          if (value.failure._tag !== "InvalidToken") return assert.fail(`${value.failure.message}: ${told}`)
          reasons.add(value.failure.reason)
        }
        assert.includeMembers([...reasons], ["malformed", "algorithm", "signature"])
        assert.lengthOf(Object.keys(Object.prototype), 0)
      }).pipe(Effect.provide(way.layer())),
    30_000 + 5 * count
  )
})
