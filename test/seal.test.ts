import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { makeSealKey, privateJwk } from "../src/domain/SealKeys.ts"
import { seal, type SealPublicKey } from "../src/seal.ts"
import { reading, unsealer } from "./support/reading.ts"
import { fields, publicOf, sealKey } from "./support/sealing.ts"

const { Image, Username, ...secret } = fields

const refusal = async (key: SealPublicKey) =>
  seal(fields, key).then(
    () => "sealed",
    ({ name }) => name
  )

describe("a producer's seal", () => {
  it.effect("is opened by the service, of all fields and of the secret ones", () =>
    Effect.gen(function* () {
      const whole = yield* Effect.promise(() => seal(fields, publicOf(sealKey)))
      assert.deepStrictEqual(Object.keys(whole), ["Id", "Sealed"])
      assert.strictEqual(yield* reading(whole), "read")
      const half = yield* Effect.promise(() => seal(secret, publicOf(sealKey)))
      assert.strictEqual(yield* reading({ ...half, Username, Image }), "read")
      assert.strictEqual(yield* reading({ ...half, Username, Image, Id: "1" }), "InvalidJob: Id")
    }).pipe(Effect.provide(unsealer))
  )

  it("is another one each time, and shows nothing but its header", async () => {
    const [one, two] = await Promise.all([seal(fields, publicOf(sealKey)), seal(fields, publicOf(sealKey))])
    assert.notStrictEqual(one.Sealed, two.Sealed)
    const text = one.Sealed.split(".")
      .map((segment) => Buffer.from(segment, "base64url").toString("latin1"))
      .join()
    for (const value of Object.values(secret)) assert.notInclude(text, value)
  })

  it("is refused to one who has the private key, or a key that is none", async () => {
    assert.strictEqual(await refusal(Redacted.value(privateJwk(sealKey))), "TypeError")
    assert.strictEqual(await refusal({ ...publicOf(sealKey), y: makeSealKey().y }), "DataError")
  })
})

describe("the README's steps without a library", () => {
  const [, code = ""] = /^```js\n([^]*?)^```$/mu.exec(readFileSync(new URL("../README.md", import.meta.url), "utf8")) ?? []

  it.effect("seal what the service opens", () =>
    Effect.gen(function* () {
      const module = yield* Effect.promise(() => import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`))
      const sealed: unknown = module.sealByHand(fields, publicOf(sealKey))
      assert.strictEqual(yield* reading(sealed), "read")
    }).pipe(Effect.provide(unsealer))
  )
})
