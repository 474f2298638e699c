import { generateKeyPairSync } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Redacted } from "effect"
import { CompactEncrypt, importJWK } from "jose"
import * as UnsealerJose from "../../../src/adapters/jose/UnsealerJose.ts"
import { makeSealKey, type SealKey } from "../../../src/domain/SealKeys.ts"
import { Unsealer } from "../../../src/services/Unsealer.ts"
import { privateKeys, publicOf, sealByHand, sealKey } from "../../support/sealing.ts"

const unseal = (sealed: string) =>
  Unsealer.use((unsealer) => unsealer.unseal(sealed)).pipe(
    Effect.match({ onSuccess: Redacted.value, onFailure: ({ message }) => message })
  )
const layerOf = (...keys: ReadonlyArray<SealKey>) => UnsealerJose.layer({ keys: privateKeys(...keys) })
const refused = "InvalidJob: sealed"

const otherwise = (header: object) => JSON.stringify(Object.fromEntries(Object.entries(header).toReversed()), undefined, 2)

describe("the unsealer", () => {
  it.effect("opens what was sealed by hand, as the README says it, and by a library", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* unseal(sealByHand({ plaintext: "é 🔑" })), "é 🔑")
      const byLibrary = new CompactEncrypt(new TextEncoder().encode("é 🔑")).setProtectedHeader({
        alg: "ECDH-ES",
        enc: "A256GCM",
        kid: sealKey.kid
      })
      const key = yield* Effect.promise(() => importJWK(publicOf(sealKey), "ECDH-ES"))
      assert.strictEqual(yield* unseal(yield* Effect.promise(() => byLibrary.encrypt(key))), "é 🔑")
    }).pipe(Effect.provide(layerOf(sealKey)))
  )

  it.effect("takes a header whose members stand in another order, with white space", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* unseal(sealByHand({ header: otherwise, plaintext: "x" })), "x")
    }).pipe(Effect.provide(layerOf(sealKey)))
  )

  it.effect("opens nine megabytes", () =>
    Effect.gen(function* () {
      const plaintext = "x".repeat(9_000_000)
      assert.strictEqual((yield* unseal(sealByHand({ plaintext }))).length, plaintext.length)
    }).pipe(Effect.provide(layerOf(sealKey)))
  )

  it.effect("opens what is sealed for any of its keys, and for none that it had before", () => {
    const [old, current] = [makeSealKey(), makeSealKey()]
    const [oldSeal, newSeal] = [sealByHand({ key: old, plaintext: "old" }), sealByHand({ key: current, plaintext: "new" })]
    const both = Effect.all([unseal(oldSeal), unseal(newSeal)])
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* Effect.provide(both, layerOf(old)), ["old", refused])
      assert.deepStrictEqual(yield* Effect.provide(both, layerOf(current, old)), ["old", "new"])
      assert.deepStrictEqual(yield* Effect.provide(both, layerOf(current)), [refused, "new"])
      assert.deepStrictEqual(yield* Effect.provide(both, UnsealerJose.layerWithoutKeys), [refused, refused])
    })
  })

  it.effect("gives the text redacted, and an error that carries nothing else", () =>
    Effect.gen(function* () {
      const { unseal } = yield* Unsealer
      assert.strictEqual(String(yield* unseal(sealByHand({ plaintext: "secret" }))), "<redacted:sealed>")
      const error = yield* Effect.flip(unseal(sealByHand().replace(/.(?=.{21}$)/u, (letter) => (letter === "A" ? "B" : "A"))))
      assert.deepStrictEqual(Object.keys(error), ["_tag", "reason"])
      assert.isUndefined(error.cause)
    }).pipe(Effect.provide(layerOf(sealKey)))
  )

  it.effect("is a defect on keys that the configuration refuses, and does not quote them", () =>
    Effect.gen(function* () {
      const jwk = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export({ format: "jwk" })
      const keys = Redacted.make(JSON.stringify({ keys: [{ ...jwk, kid: "a" }] }))
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(UnsealerJose.layer({ keys }))))
      assert.isTrue(Exit.hasDies(exit))
      assert.notInclude(String(exit), jwk.d ?? "")
    })
  )
})
