import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { isEncryptResponse } from "../../../src/adapters/soap/isEncryptResponse.ts"
import { makeSoapClient } from "../../../src/adapters/soap/SoapClient.ts"
import { isBase64 } from "../../../src/domain/Image.ts"
import { body, envelope, good, numbers } from "./answers.ts"

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

describe("isEncryptResponse", () => {
  it.each(refused)("refuses %s in less than 50 ms", (_, text) => {
    assert.isFalse(isEncryptResponse(text))
    assert.isBelow(
      cheapest(() => isEncryptResponse(text)),
      50
    )
  })

  it.effect.each(accepted.map(([name, text]) => ({ name, text })))("and soap read $name in less than 50 ms", ({ text }) =>
    Effect.gen(function* () {
      assert.isTrue(isEncryptResponse(text))
      const call = yield* makeSoapClient("http://127.0.0.1/")
      const ms = cheapest(() => {
        isEncryptResponse(text)
        Effect.runSync(call("x").read(text))
      })
      assert.isBelow(ms, 50)
    })
  )

  it.effect("accepts of 20,000 mutants of an answer only those of which soap reads two values in base64", () =>
    Effect.gen(function* () {
      const call = yield* makeSoapClient("http://127.0.0.1/")
      let acceptances = 0
      for (let seed = 0; seed < 20_000; seed++) {
        const mutant = mutate(numbers(seed))
        if (!isEncryptResponse(mutant)) continue
        acceptances++
        const read = yield* Effect.result(call("x").read(mutant))
        if (Result.isFailure(read)) return assert.fail(mutant)
        assert.isTrue(Object.values(read.success).every(isBase64), mutant)
        assert.deepStrictEqual(Object.keys(Object.prototype), [], mutant)
      }
      assert.isAbove(acceptances, 100)
    })
  )
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
