import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readingSealed, unsealer } from "../../support/reading.ts"
import { sealByHand } from "../../support/sealing.ts"
import { measured } from "./cpu.ts"
import { algorithms, contents, ephemeral, texts } from "./sealAttacks.ts"

const corpus = { algorithms, "ephemeral keys": ephemeral, texts, contents }

describe.each(Object.entries(corpus))("seals of hostile %s", (_, attacks) => {
  layer(unsealer)("on a key of ours", (it) => {
    it.effect("begin with a good one, which is opened", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* readingSealed(sealByHand()), "read")
      })
    )

    it.effect.each(attacks)("are refused within 5 ms of CPU: %s", ([, make]) =>
      Effect.gen(function* () {
        const sealed = yield* Effect.promise(make)
        const { value, cpu } = yield* measured(readingSealed(sealed), 5)
        assert.strictEqual(value, "InvalidJob: sealed")
        assert.isBelow(cpu, 5)
        assert.lengthOf(Object.keys(Object.prototype), 0)
      })
    )
  })
})

it.effect("a seal of 20 MB is not looked at: the job is too large", () =>
  Effect.gen(function* () {
    const sealed = sealByHand({ plaintext: Buffer.alloc(15_000_000, " ") })
    assert.strictEqual(yield* readingSealed(sealed), "InvalidJob: tooLarge")
    const noise = "A".repeat(20_000_000)
    const { value, cpu } = yield* measured(readingSealed(noise), 5)
    assert.strictEqual(value, "InvalidJob: tooLarge")
    assert.isBelow(cpu, 200)
  }).pipe(Effect.provide(unsealer))
)
