import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SaxesParser } from "saxes"
import { encodeRequest } from "../../../src/adapters/soap/encodeRequest.ts"
import { makeEnvelope } from "../../../src/adapters/soap/envelope.ts"
import { numbers } from "./answers.ts"

const pieces = [
  ..."&<>\"'];[!-/?=#x ",
  "&amp;",
  "&#38;",
  "&bogus;",
  "]]>",
  "<![CDATA[",
  "<!--",
  "-->",
  "<?x ?>",
  "</password>",
  "<phone>",
  "</EncryptRequest>",
  "$&",
  "é",
  "e\u0301",
  "\u2028",
  "\uFEFF",
  "ß",
  "語",
  "🔑",
  "👩‍👩‍👧‍👦"
]

const random = numbers(20_26)
const pick = () => pieces[Math.floor(random() * pieces.length)] ?? ""
const field = () => Array.from({ length: 1 + Math.floor(random() * 12) }, pick).join("")

/** What an independent parser finds in an envelope: each element below `Body` with its own text. */
const parse = (xml: string) => {
  const found: Array<readonly [string, string]> = []
  const open: Array<{ readonly name: string; text: string }> = []
  const parser = new SaxesParser({ xmlns: true })
  const take = (text: string) => {
    const element = open.at(-1)
    if (element) element.text += text
  }
  parser.on("error", (error) => {
    throw error
  })
  parser.on("opentag", ({ uri, local }) => void open.push({ name: `{${uri}}${local}`, text: "" }))
  parser.on("text", take)
  parser.on("cdata", take)
  parser.on("closetag", () => {
    const { name, text } = open.pop() ?? { name: "", text: "" }
    found.push([name, text])
  })
  parser.write(xml).close()
  return found
}

/** What a reader finds between the first tags of a name, by their literal text. */
const between = (text: string, name: string) => text.split(`<${name}>`)[1]?.split(`</${name}>`)[0]

const envelopeOf = Effect.map(makeEnvelope("http://127.0.0.1/"), ({ around }) => around)

describe("encodeRequest", () => {
  it.effect("says to an independent XML parser exactly what was typed, in one phone and one password", () =>
    Effect.gen(function* () {
      const wrap = yield* envelopeOf
      for (let run = 0; run < 10_000; run++) {
        const pair = { phone: field(), password: field() }
        assert.deepStrictEqual(parse(wrap(encodeRequest(pair, "strict") ?? "")), [
          ["{http://encrypt.com/}phone", pair.phone],
          ["{http://encrypt.com/}password", pair.password],
          ["{http://encrypt.com/}EncryptRequest", ""],
          ["{http://schemas.xmlsoap.org/soap/envelope/}Body", ""],
          ["{http://schemas.xmlsoap.org/soap/envelope/}Envelope", ""]
        ])
      }
    })
  )

  it("gives a literal reader what was typed between the first tags of each name, or nothing", () => {
    let sent = 0
    for (let run = 0; run < 10_000; run++) {
      const pair = { phone: field(), password: field() }
      const request = encodeRequest(pair, "literal")
      if (/[<>]/u.test(pair.phone + pair.password)) {
        assert.isUndefined(request)
      } else {
        sent++
        assert.deepStrictEqual({ phone: between(request ?? "", "phone"), password: between(request ?? "", "password") }, pair)
      }
    }
    assert.isAbove(sent, 300)
  })

  it("gives a reader of whom nobody knows only what both kinds read alike", () => {
    for (let run = 0; run < 10_000; run++) {
      const pair = { phone: field(), password: field() }
      const request = encodeRequest(pair, "undetermined")
      if (/[&<>]/u.test(pair.phone + pair.password)) assert.isUndefined(request)
      else assert.strictEqual(request, encodeRequest(pair, "strict"))
    }
  })
})
