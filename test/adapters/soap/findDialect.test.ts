import { assert, describe, it } from "@effect/vitest"
import { findDialect } from "../../../src/adapters/soap/findDialect.ts"

const cases = [
  { name: "ampersands like forty letters", forty: 40, ampersands: 40, twoHundred: 200, dialect: "strict" },
  { name: "ampersands like two hundred letters", forty: 40, ampersands: 200, twoHundred: 200, dialect: "literal" },
  { name: "up to 16 bytes of padding, read strictly", forty: 72, ampersands: 56, twoHundred: 232, dialect: "strict" },
  { name: "up to 16 bytes of padding, read literally", forty: 56, ampersands: 216, twoHundred: 232, dialect: "literal" },
  { name: "answers of one length", forty: 64, ampersands: 64, twoHundred: 64, dialect: "undetermined" },
  { name: "answers of nearly one length", forty: 64, ampersands: 72, twoHundred: 80, dialect: "undetermined" },
  { name: "ampersands that are dropped", forty: 40, ampersands: 0, twoHundred: 200, dialect: "undetermined" },
  { name: "ampersands that grow", forty: 40, ampersands: 1000, twoHundred: 200, dialect: "undetermined" },
  { name: "ampersands of neither length", forty: 40, ampersands: 120, twoHundred: 200, dialect: "undetermined" }
]

describe("findDialect", () => {
  it.each(cases)("takes $name for $dialect", ({ dialect, ...lengths }) => {
    assert.strictEqual(findDialect(lengths), dialect)
  })
})
