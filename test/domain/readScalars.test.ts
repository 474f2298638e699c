import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readScalars } from "../../src/domain/readScalars.ts"

describe("an object of scalars", () => {
  it.prop(
    "is read as it was written",
    [Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Int, Schema.Boolean, Schema.Null]))],
    ([value]) => {
      const hasForbidden = ["__proto__", "constructor", "prototype"].some((name) => Object.hasOwn(value, name))
      for (const indent of [undefined, 2]) {
        const read = readScalars(JSON.stringify(value, undefined, indent))
        if (hasForbidden) assert.isUndefined(read)
        else assert.deepStrictEqual(read, JSON.parse(JSON.stringify(value)))
      }
    }
  )

  it.each(['{"a":"x\\"y\\\\"}', '{"\\"":"\\\\\\""}', "{}", ' {"a":1}\n', '{"a":null,"b":"null"}', '{"a":"{\\"a\\":1}"}'])(
    "may be written %s",
    (text) => {
      assert.deepStrictEqual(readScalars(text), JSON.parse(text))
    }
  )

  it.each([
    "",
    "null",
    "1",
    '"a"',
    "[]",
    "{",
    '{"a":1,}',
    '{"a":{}}',
    '{"a":[]}',
    '{"a":1,"a":1}',
    '{"a":"1","a":1}',
    '{"a":1,"a":"1"}',
    '{"a":"1","\\u0061":"1"}',
    '{"a":"\\\\","a":"\\\\"}',
    '{"__proto__":1}',
    '{"\\u005f_proto__":1}',
    '{"constructor":1}',
    '{"prototype":1}',
    '\uFEFF{"a":1}'
  ])("is not %s", (text) => {
    assert.isUndefined(readScalars(text))
  })

  it("may have a string of twelve megabytes, also of nothing but escapes, in linear time", () => {
    for (const value of ["A".repeat(12_000_000), "\\".repeat(3_000_000), '"'.repeat(3_000_000)]) {
      const text = JSON.stringify({ Image: value })
      const before = process.cpuUsage()
      assert.strictEqual(readScalars(text)?.["Image"], value)
      const { user, system } = process.cpuUsage(before)
      assert.isBelow((user + system) / 1000, 1000)
      assert.isUndefined(readScalars(`{"Image":1,${text.slice(1)}`))
    }
  })
})
