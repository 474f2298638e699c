import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readJsonObject } from "../../src/domain/JsonObject.ts"

const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`

const Scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null])

describe("readJsonObject", () => {
  it.prop("reads back every flat object that JSON can write", [Schema.Record(Schema.String, Scalar)], ([object]) => {
    const expected = ["__proto__", "constructor", "prototype"].some((name) => Object.hasOwn(object, name)) ? undefined : object
    for (const text of [JSON.stringify(object), JSON.stringify(object, undefined, "\t")])
      assert.deepStrictEqual(readJsonObject(text), expected && JSON.parse(text))
  })

  it.prop("refuses every object to which a member is added twice", [Schema.String, Schema.String], ([name, value]) => {
    const member = `${JSON.stringify(name)} :${JSON.stringify(value)}`
    assert.isUndefined(readJsonObject(`{${member},"between":{"x":"\\":"},${member}}`))
  })

  it("is not misled by values that look like members", () => {
    const object = { a: '":', 'b":"c': ['"d":', "\\", '\\"e":1'], "f\\": '{"a":1,"a":2}' }
    assert.deepStrictEqual(readJsonObject(JSON.stringify(object)), object)
  })

  it.each([
    ['{"Id":"a","Id":"b"}', "two members"],
    ['{"Id":"a","\\u0049d":"b"}', "two members, one of them escaped"],
    ['{"a":1,"a"\t\r\n :1}', "two members, one of them spaced"],
    ['{"a":{"x":1,"x":1}}', "two members inside"],
    ['{"a":[{"x":1,"x":1}]}', "two members in an array"],
    ['{"__proto__":{"Id":"a"}}', "__proto__"],
    ['{"a":{"\\u005f_proto__":1}}', "__proto__ escaped, inside"],
    ['{"constructor":1}', "constructor"],
    ['{"prototype":1}', "prototype"],
    [nested(6), "six levels"],
    ['{"a":[[[[[]]]]]}', "six levels of arrays"],
    ["[".repeat(30_000) + "]".repeat(30_000), "30,000 levels"],
    ['{"a":'.repeat(10_000) + "1" + "}".repeat(10_000), "10,000 levels"],
    ["[]", "an array"],
    ["null", "null"],
    ['"{}"', "a string"],
    ["", "nothing"],
    ["{}{}", "two objects"],
    ["\uFEFF{}", "a byte order mark"],
    ["{'a':1}", "single quotes"]
  ])("refuses %s (%s)", (text) => {
    assert.isUndefined(readJsonObject(text))
  })

  it("reads five levels", () => {
    assert.isDefined(readJsonObject(nested(5)))
  })

  it("takes linear time for 64 KiB of any kind", () => {
    const texts = ['"', '\\"', '":', " ", '"a"   ', "{", '"\\'].map((part) => part.repeat(65_536 / part.length))
    const started = performance.now()
    for (const text of texts) {
      readJsonObject(text)
      readJsonObject(JSON.stringify({ a: text }))
      readJsonObject(`{"a":1${" ".repeat(60_000)}}`)
    }
    assert.isBelow(performance.now() - started, 500)
  })
})
