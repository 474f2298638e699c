import { assert, describe, it } from "@effect/vitest"
import { findLeaks } from "./leaks.ts"

const secret = `planted <&> "x" 🔑 é`
const around = ["", "x", "xy"]

const json = (text: string) => JSON.stringify({ text })
const xmlNames: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }
const points = (text: string) => Array.from(text, (letter) => letter.codePointAt(0) ?? 0)

const disguised: Readonly<Record<string, (text: string) => string | Buffer>> = {
  plain: (text) => text,
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex in capitals": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  JSON: json,
  "JSON in JSON": (text) => json(json(text)),
  "JSON in ASCII": (text) => json(text).replace(/[^ -~]/gu, (letter) => letter.split("").map(unicodeEscape).join("")),
  URL: (text) => encodeURIComponent(text),
  form: (text) => new URLSearchParams({ text }).toString(),
  XML: (text) => text.replace(/[&<>"]/gu, (letter) => xmlNames[letter] ?? ""),
  "XML by numbers": (text) =>
    points(text)
      .map((point) => `&#${point};`)
      .join(""),
  "UTF-16": (text) => Buffer.from(text, "utf16le"),
  "UTF-16, the other way round": (text) => Buffer.from(text, "utf16le").swap16()
}

const unicodeEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`

describe("searching for secrets", () => {
  it.each(Object.entries(disguised))("finds one as %s, whatever is around it", (_, disguise) => {
    for (const before of around) {
      for (const after of around) {
        const leaks = findLeaks(Buffer.from(disguise(`${before}${secret}${after}`)), { password: secret })
        assert.isAbove(leaks.length, 0, `between "${before}" and "${after}"`)
        assert.include(leaks[0], "password as ")
      }
    }
  })

  it("finds nothing where there is none", () => {
    const others = Object.values(disguised).flatMap((disguise) => [disguise(secret.replace("t", "d")), "\n"])
    assert.deepStrictEqual(findLeaks(Buffer.concat(others.map((text) => Buffer.from(text))), { password: secret }), [])
  })
})
