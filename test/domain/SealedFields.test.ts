import { assert, describe, it } from "@effect/vitest"
import { Redacted, Result } from "effect"
import { isSealed, mergeSealed } from "../../src/domain/SealedFields.ts"
import { jobData } from "../support/deliveries.ts"

const { Image, Username, ...secret } = jobData
const seal = { Sealed: "…" }
const whole = { ...seal, ...jobData }

const merged = (plain: object, sealed: object): unknown =>
  Result.match(mergeSealed({ ...seal, ...plain }, Redacted.make(JSON.stringify(sealed))), {
    onSuccess: (data) => data,
    onFailure: ({ message }) => message
  })

describe("sealed fields", () => {
  it("take their places, in place of plain fields or beside them", () => {
    assert.deepStrictEqual(merged({ Id: jobData.Id }, jobData), whole)
    assert.deepStrictEqual(merged({ Id: jobData.Id, Image, Username }, secret), whole)
    assert.deepStrictEqual(merged({}, jobData), whole)
  })

  it("may be plain too, with the same value: an older worker reads those", () => {
    assert.deepStrictEqual(merged(jobData, jobData), whole)
  })

  it.each(Object.keys(jobData))("are refused where %s is plain too, with another value", (field) => {
    for (const other of ["other", "", null, undefined, 1, [Object(jobData)[field]], {}])
      assert.strictEqual(merged({ ...jobData, [field]: other }, jobData), `InvalidJob: ${field}`)
  })

  it.each(Object.keys(secret))(
    "are refused without %s: a token cannot be taken out and put beside another password",
    (field) => {
      const without = Object.fromEntries(Object.entries(jobData).filter(([name]) => name !== field))
      assert.strictEqual(merged(jobData, without), `InvalidJob: ${field}`)
    }
  )

  it("are no others: what else was sealed is ignored, as it is in plain jobs", () => {
    assert.deepStrictEqual(merged({ trace: 1 }, { ...jobData, Sealed: "again", toString: 1 }), { ...whole, trace: 1 })
  })

  it("keep a plain member that could reach a prototype, for the job's reader to refuse", () => {
    const data = { ...seal, ...JSON.parse('{"__proto__":{"x":1}}') }
    const both = Result.getOrThrow(mergeSealed(data, Redacted.make(JSON.stringify(jobData))))
    assert.isTrue(Object.hasOwn(both, "__proto__"))
  })

  it("are there where a member Sealed is, whatever it is", () => {
    for (const Sealed of ["", null, 1, {}]) assert.isTrue(isSealed({ Sealed }))
    for (const data of [null, 1, "Sealed", ["Sealed"], {}, Object.create({ Sealed: "x" })]) assert.isFalse(isSealed(data))
  })
})
