import { assert, describe, it } from "@effect/vitest"
import { findLeaks } from "./findLeaks.ts"

const secret = "planted-secret-"
const around = ["", "x", "xy"]

const disguised: Readonly<Record<string, (text: string) => Buffer>> = {
  plain: (text) => Buffer.from(text),
  hex: (text) => Buffer.from(Buffer.from(text).toString("hex")),
  "hex in capitals": (text) => Buffer.from(Buffer.from(text).toString("hex").toUpperCase()),
  base64: (text) => Buffer.from(Buffer.from(text).toString("base64")),
  base64url: (text) => Buffer.from(Buffer.from(text).toString("base64url")),
  JSON: (text) => Buffer.from(JSON.stringify({ text })),
  URL: (text) => Buffer.from(encodeURIComponent(text)),
  "UTF-16": (text) => Buffer.from(text, "utf16le")
}

describe("searching for secrets", () => {
  it.each(Object.entries(disguised))("finds one as %s, whatever is around it", (_, disguise) => {
    for (const before of around) {
      for (const after of around) {
        const leaks = findLeaks(new Map([["a log", disguise(`${before}${secret}${after}`)]]), { password: secret })
        assert.isAbove(leaks.length, 0, `between "${before}" and "${after}"`)
        assert.include(leaks[0], "password in a log")
      }
    }
  })

  it("finds nothing where there is none", () => {
    const text = Object.values(disguised).map((disguise) => disguise("planted-sacret-").toString())
    assert.deepStrictEqual(findLeaks(new Map([["a log", Buffer.from(text.join("\n"))]]), { password: secret }), [])
  })
})
