import { assert, describe, it } from "@effect/vitest"
import { Redacted, Result, Schema } from "effect"
import { makeJobReader } from "../../src/domain/UpdateUserJob.ts"
import { defaultUserIdPattern } from "../../src/domain/UserId.ts"
import { jobData } from "../support/deliveries.ts"

const { decode, readUserId } = makeJobReader(defaultUserIdPattern)

const refusal = (data: unknown) => {
  const result = decode(data)
  return Result.isFailure(result) ? result.failure.message : "accepted"
}

describe("a job", () => {
  it("is read with everything personal redacted", () => {
    const job = Result.getOrThrow(decode(jobData))
    assert.strictEqual(Redacted.value(job.Password), jobData.Password)
    assert.strictEqual(JSON.stringify(job).includes(jobData.Password), false)
    assert.strictEqual(JSON.stringify(job).includes(jobData.Username), false)
  })

  it("may have members that we do not know", () => {
    assert.strictEqual(refusal({ ...jobData, traceparent: "00-1-2-01" }), "accepted")
  })

  it("that is no object is unreadable", () => {
    for (const data of [null, 42, "text", [jobData], undefined, true])
      assert.strictEqual(refusal(data), "InvalidJob: unreadable")
  })

  it("is refused by the name of the first bad field, never by its value", () => {
    for (const field of ["Id", "Phone", "Password", "Username", "Image"] as const) {
      for (const bad of [undefined, null, 7, "", {}, [jobData[field]], true]) {
        assert.strictEqual(refusal({ ...jobData, [field]: bad }), `InvalidJob: ${field}`)
      }
      const { [field]: _, ...without } = jobData
      assert.strictEqual(refusal(without), `InvalidJob: ${field}`)
    }
  })

  it("whose token alone is no token is an expired session; one that has none is malformed", () => {
    for (const Token of ["", 7, {}, null, []]) assert.strictEqual(refusal({ ...jobData, Token }), "InvalidToken: malformed")
    const { Token: _, ...without } = jobData
    assert.strictEqual(refusal(without), "InvalidJob: Token")
    assert.strictEqual(refusal({ ...jobData, Token: "", Phone: 1 }), "InvalidJob: Token")
  })

  it("with members that could reach a prototype is refused", () => {
    for (const name of ["__proto__", "constructor", "prototype"]) {
      const data: unknown = JSON.parse(JSON.stringify(jobData).replace("{", `{"${name}":{"x":1},`))
      assert.strictEqual(refusal(data), "InvalidJob: __proto__")
    }
  })

  const accepted = [
    ["Phone", ["+98 (912) 345-67", "0123", "1".repeat(32)]],
    ["Password", ["x", " leading and trailing ", "& < > \" '", "密码🔑", "]]>", "e\u0301", "🔑".repeat(256)]],
    ["Username", ["A", "Zoë 🦊", "ب".repeat(100), "<b>", "'; DROP TABLE Users; --"]],
    [
      "Image",
      [
        "profile.jpg",
        "my photo (1).png",
        "http://example.com/a.png",
        "https://example.com/a?b=c",
        "data:image/png;base64,AAAA",
        "data:image/gif;base64,AA=="
      ]
    ]
  ] as const

  it.each(accepted)("may have any of these as %s", (field, values) => {
    for (const value of values) assert.strictEqual(refusal({ ...jobData, [field]: value }), "accepted", value)
  })

  const refused = [
    ["Id", ["a b", "ünï", "a".repeat(101), "1 ", "１２３", "a\n"]],
    ["Phone", ["123", "1".repeat(33), "12345a", "０１２３", "1234\n"]],
    ["Password", ["a\u0000b", "a\nb", "a\u007f", "a\u0085", "\ud800", "a\uffff", "x".repeat(257)]],
    ["Username", ["a\tb", "x".repeat(101), "\udfff"]],
    [
      "Image",
      [
        "../../etc/passwd",
        "a/b.png",
        ".",
        "..",
        "a\\b",
        "javascript:alert(1)",
        "ftp://example.com/a",
        "http://",
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,",
        "data:image/png;base64,AAA",
        "data:image/png;base64,AA=A",
        "data:image/png;base64,AB==",
        "data:image/png;base64,AA\nAA",
        "data:text/html;base64,AAAA",
        "x".repeat(256)
      ]
    ]
  ] as const

  it.each(refused)("may have none of these as %s", (field, values) => {
    for (const value of values)
      assert.strictEqual(refusal({ ...jobData, [field]: value }), `InvalidJob: ${field}`, JSON.stringify(value))
  })

  it.prop(
    "keeps every character of a password",
    [Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(100))],
    ([Password]) => {
      const result = decode({ ...jobData, Password })
      if (Result.isSuccess(result)) assert.strictEqual(Redacted.value(result.success.Password), Password)
    }
  )

  it("may carry an image of several megabytes", () => {
    const Image = `data:image/png;base64,${"AAAA".repeat(1_500_000)}`
    assert.strictEqual(refusal({ ...jobData, Image }), "accepted")
    assert.strictEqual(refusal({ ...jobData, Image: `${Image}AA` }), "InvalidJob: Image")
  })
})

describe("the user of a malformed job", () => {
  it("is known where the Id can be read", () => {
    assert.strictEqual(readUserId({ Id: jobData.Id, Phone: 1 }), jobData.Id)
    for (const data of [null, 1, [], {}, { Id: 1 }, { Id: ["1"] }, { Id: "a b" }]) assert.isUndefined(readUserId(data))
  })

  it("is judged by the pattern of the deployment", () => {
    const reader = makeJobReader(/^(?:\d{10})$/u)
    assert.isUndefined(reader.readUserId({ Id: "abc" }))
    assert.strictEqual(reader.readUserId({ Id: "1234567890" }), "1234567890")
  })
})
