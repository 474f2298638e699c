import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { secretProblem } from "../../src/domain/secretProblem.ts"

describe("secretProblem", () => {
  it("has nothing against 32 bytes, counted in UTF-8", () => {
    assert.isUndefined(secretProblem(Redacted.make("x".repeat(32))))
    assert.isUndefined(secretProblem(Redacted.make("é".repeat(16))))
  })

  it("names what is wrong and never the secret", () => {
    for (const secret of ["", "s3cret", "x".repeat(31), `-----BEGIN PUBLIC KEY-----\n${"x".repeat(40)}`]) {
      const problem = secretProblem(Redacted.make(secret))
      assert.match(problem ?? "", /^must .*(?:32 bytes|PEM)/u)
      if (secret !== "") assert.notInclude(problem, secret)
    }
  })
})
