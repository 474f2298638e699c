import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { readingSealed, unsealer } from "../../support/reading.ts"
import { fields, sealByHand } from "../../support/sealing.ts"
import { measured } from "./cpu.ts"
import { mutate, randomFrom } from "./mutate.ts"

const count = Number(process.env["MUTANTS"] ?? 5_000)
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32))

const originals = [
  sealByHand(),
  sealByHand(),
  sealByHand({ plaintext: JSON.stringify({ ...fields, Password: "another one" }) }),
  sealByHand({ plaintext: JSON.stringify({ ...fields, Username: "é 🙂" }, undefined, 2) })
]

it.effect(
  "mutants of a good seal are refused, every one, and none takes 5 ms of CPU",
  () =>
    Effect.gen(function* () {
      const source = { random: randomFrom(seed), tokens: originals }
      let refused = 0
      while (refused < count) {
        const { text, how } = mutate(originals[refused % originals.length] ?? "", source)
        if (originals.includes(text)) continue
        const { value, cpu } = yield* measured(readingSealed(text), 5)
        const told = `SEED=${seed}, mutant ${refused}, ${how.join(", ")}: ${text}`
        if (value !== "InvalidJob: sealed") return assert.fail(`${value}: ${told}`)
        if (cpu >= 5) return assert.fail(`${cpu} ms: ${told}`)
        refused++
      }
      for (const original of originals) assert.strictEqual(yield* readingSealed(original), "read")
    }).pipe(Effect.provide(unsealer)),
  30_000 + 5 * count
)
