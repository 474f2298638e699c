import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeAnswerReader } from "../../../src/adapters/soap/makeAnswerReader.ts"
import { readEncryptResponse } from "../../../src/adapters/soap/readEncryptResponse.ts"
import { isBase64 } from "../../../src/domain/Image.ts"
import { body, envelope, good, numbers } from "./answers.ts"
import { makeSoapReader } from "./soapReads.ts"

const soap = `xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"`
const laughs = `<!DOCTYPE x [<!ENTITY a "${"ha".repeat(50)}"><!ENTITY b "${"&a;".repeat(50)}"><!ENTITY c "${"&b;".repeat(50)}">]>`

const refused: ReadonlyArray<readonly [string, string]> = [
  ["a value twice", envelope(body("QQ==", "Qg==</EncryptedPassword><EncryptedPassword>Qw=="))],
  ["a value twice instead of both", envelope(body().replaceAll("EncryptedPassword", "EncryptedPhone"))],
  ["one value alone", envelope(body().replace(/<EncryptedPhone>.*<\/EncryptedPhone>/u, ""))],
  ["no value", envelope(`<EncryptResponse xmlns="http://encrypt.com/"/>`)],
  ["80,000 brackets", "<".repeat(80_000)],
  ["200,000 nested elements", envelope("<a>".repeat(200_000))],
  ["65,000 nested bodies", `<soap:Envelope ${soap}>${"<soap:Body>".repeat(65_000)}`],
  ["a billion laughs", `${laughs}${envelope(body("&c;".repeat(1_000)))}`],
  ["30,000 openings of an instruction", "<?".repeat(30_000)],
  ["15,000 openings of a comment", "<!--".repeat(15_000)],
  ["a CDATA section of brackets that never ends", envelope(body(`<![CDATA[${"]".repeat(60_000)}`))],
  ["a name of 65,000 letters", `<${"a".repeat(65_000)}`],
  ["an attribute that never ends", envelope(body(), `${soap} xmlns:a="${"x".repeat(60_000)}`)],
  ["60,000 ampersands", envelope(body("&".repeat(60_000)))],
  ["65,536 letters", "x".repeat(65_536)]
]

const accepted: ReadonlyArray<readonly [string, string]> = [
  ["60,000 spaces before the answer", envelope(" ".repeat(60_000) + body())],
  ["60,000 spaces in the declaration", `<?xml version="1.0"${" ".repeat(60_000)}?>${good}`],
  ["60,000 spaces in a tag", envelope(body(), soap + " ".repeat(60_000))],
  ["60,000 line ends after it", good + "\n".repeat(60_000)],
  ["3,000 namespaces", envelope(body(), soap + Array.from({ length: 3_000 }, (_, n) => ` xmlns:a${n}="u"`).join(""))],
  ["12,000 character references", envelope(body("&#81;".repeat(12_000)))],
  ["4,800 CDATA sections", envelope(body("<![CDATA[Q]]>".repeat(4_800)))],
  ["45,000 bytes of ciphertext", envelope(body("QUFB".repeat(15_000)))]
]

/** The least CPU time of five runs in milliseconds: what else the machine does is not counted. */
const cheapest = (run: () => void) =>
  Math.min(
    ...Array.from({ length: 5 }, () => {
      const start = process.threadCpuUsage()
      run()
      const { user, system } = process.threadCpuUsage(start)
      return (user + system) / 1_000
    })
  )

/** A reader that has read good answers, and knows their shape. */
const seasoned = () => {
  const read = makeAnswerReader()
  read(good)
  read(envelope(body("QUFB", "QkJC")))
  return read
}

describe("readEncryptResponse", () => {
  it.each(refused)("refuses %s in less than 50 ms", (_, text) => {
    assert.isUndefined(readEncryptResponse(text))
    assert.isUndefined(seasoned()(text))
    assert.isBelow(
      cheapest(() => readEncryptResponse(text)),
      50
    )
  })

  it.each(accepted)("reads %s in less than 50 ms", (_, text) => {
    assert.isDefined(readEncryptResponse(text))
    assert.deepStrictEqual(seasoned()(text), readEncryptResponse(text))
    assert.isBelow(
      cheapest(() => readEncryptResponse(text)),
      50
    )
  })

  it.effect("reads of 20,000 mutants of an answer what soap reads, and none but two values in base64", () =>
    Effect.gen(function* () {
      const soapReads = yield* Effect.promise(makeSoapReader)
      let acceptances = 0
      for (let seed = 0; seed < 20_000; seed++) {
        const mutant = mutate(numbers(seed))
        const pair = readEncryptResponse(mutant)
        if (pair === undefined) continue
        acceptances++
        assert.deepInclude(soapReads(mutant), { EncryptedPhone: pair.phone, EncryptedPassword: pair.password }, mutant)
        assert.isTrue(Object.values(pair).every(isBase64), mutant)
        assert.deepStrictEqual(Object.keys(Object.prototype), [], mutant)
      }
      assert.isAbove(acceptances, 100)
    })
  )
})

/** An answer whose password comes first. */
const swapped = (phone: string, password: string) =>
  good.replace(/<EncryptedPhone>.*<\/EncryptedPassword>/u, () => {
    return `<EncryptedPassword>${password}</EncryptedPassword><EncryptedPhone>${phone}</EncryptedPhone>`
  })

describe("a reader that knows the shape of the last answer", () => {
  it("reads others of that shape, whichever value comes first", () => {
    for (const answer of [(...pair: [string, string]) => envelope(body(...pair)), swapped]) {
      const read = makeAnswerReader()
      for (const [phone, password] of [
        ["QQ==", "Qg=="],
        ["QUFBQUFB", "QkJC"],
        ["QQ==", "QQ=="],
        ["Qw==", "QUJD"]
      ] as const)
        assert.deepStrictEqual(read(answer(phone, password)), { phone, password })
    }
  })

  it("reads 20,000 mutants as one that parses each, with the shapes of mutants in mind too", () => {
    const read = seasoned()
    for (let seed = 0; seed < 20_000; seed++) {
      const mutant = mutate(numbers(seed))
      assert.deepStrictEqual(read(mutant), readEncryptResponse(mutant), mutant)
    }
  })

  it("takes nothing that is no base64 in the place of a value", () => {
    const values = [
      "",
      " QQ==",
      "QQ== ",
      "Q",
      "QQ=",
      "QR==",
      "QQ==Qg==",
      "Q&Q=",
      "<a/>",
      "QQ==</EncryptedPhone><EncryptedPhone>Qg=="
    ]
    for (const value of values) {
      assert.isUndefined(seasoned()(envelope(body(value))), value)
      assert.isUndefined(seasoned()(envelope(body("QQ==", value))), value)
    }
  })
})

const pieces = [
  "",
  " ",
  "\n",
  "x",
  "<",
  ">",
  "Q",
  "QUFB",
  "&#81;",
  "&amp;",
  "]]>",
  "<![CDATA[QUFB]]>",
  "<![CDATA[ ]]>",
  "<a/>",
  "<!-- -->",
  "<?x ?>",
  ` id="__proto__"`,
  ` href="#__proto__"`,
  ` xmlns:__proto__="x"`,
  ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`,
  ` xsi:nil="true"`,
  ` xmlns:soap="x"`,
  ` xmlns=""`,
  "__proto__:",
  "<__proto__>x</__proto__>",
  "<soap:Fault/>"
]
const seams = /(?=<)|(?<=>)|(?=[ >=:/"])/u

const mutate = (random: () => number) => {
  const below = (limit: number) => Math.floor(random() * limit)
  const parts = good.split(seams)
  for (let count = 1 + below(3); count > 0; count--) {
    const position = below(parts.length)
    const piece = (random() < 0.3 ? parts[below(parts.length)] : pieces[below(pieces.length)]) ?? ""
    parts.splice(position, random() < 0.3 ? 1 : 0, piece)
  }
  return parts.join("")
}
