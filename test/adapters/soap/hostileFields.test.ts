import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Logger, Redacted } from "effect"
import { ParseOption, XmlDocument, type XmlNode, XmlText } from "libxml2-wasm"
import * as EncryptorSoap from "../../../src/adapters/soap/EncryptorSoap.ts"
import * as HttpExchangeUndici from "../../../src/adapters/undici/HttpExchangeUndici.ts"
import { Encryptor } from "../../../src/services/Encryptor.ts"
import { httpServer } from "../../support/localServer.ts"
import { good } from "./answers.ts"
import { corpus, makeStrings } from "./hostileFields.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"

interface Pair {
  readonly phone: string
  readonly password: string
}

const namespaces = { soap: "http://schemas.xmlsoap.org/soap/envelope/", e: "http://encrypt.com/" }

/** What libxml2, which has nothing to do with how we write, finds in a request: every element, and the text of the two values. */
const readXml = (text: string): unknown => {
  const document = XmlDocument.fromString(text, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_HUGE })
  try {
    const contents = (path: string) => document.find(path, namespaces).map(contentOf)
    const value = (name: string) => contents(`/soap:Envelope/soap:Body/e:EncryptRequest/e:${name}`)
    return { phone: value("phone"), password: value("password"), elements: document.find("//*").length }
  } finally {
    document.dispose()
  }
}

/** All text of an element. The binding would drop a byte order mark at the front, so that something is put before it. */
const contentOf = (element: XmlNode): string => {
  const first = element.get("text()")
  if (first instanceof XmlText) first.prependText("|")
  return element.content.slice(1)
}

const inXml = ({ phone, password }: Pair) => ({ phone: [phone], password: [password], elements: 5 })

/** What a service finds that looks for the two names by their text and undoes no escapes. */
const readText = (text: string): unknown => {
  const between = (name: string) => text.split(`<${name}>`)[1]?.split(`</${name}>`)[0]
  return { phone: between("phone"), password: between("password") }
}

/** What no text of XML can carry unchanged (XML 1.0, 2.2 and 2.11). */
const isUnsayable = (text: string) => /(?![\t\n\x7F-\x9F])\p{Cc}|[\p{Cs}\uFFFE\uFFFF]/u.test(text)

const readers = {
  strict: { read: readXml, wanted: inXml, refuses: isUnsayable },
  literal: { read: readText, wanted: (pair: Pair) => pair, refuses: (text: string) => isUnsayable(text) || /[<>]/u.test(text) }
} as const

/** Has pairs encrypted one after another, and looks at what the server received of each; how many it received. */
const send = (xml: keyof typeof readers, pairs: ReadonlyArray<Pair>) =>
  Effect.gen(function* () {
    const { read, refuses, wanted } = readers[xml]
    const server = yield* httpServer((response) => response.end(good))
    yield* Effect.gen(function* () {
      const encryptor = yield* Encryptor
      for (const pair of pairs) {
        const before = server.received.length
        const exit = yield* Effect.exit(
          encryptor.encrypt({ phone: Redacted.make(pair.phone), password: Redacted.make(pair.password) })
        )
        const requests = server.received.slice(before).map(({ body }) => body)
        if (refuses(pair.phone + pair.password)) {
          assert.strictEqual(Exit.findErrorOption(exit).pipe(reasonOf), "notEncodable", JSON.stringify(pair))
          assert.strictEqual(requests.length, 0)
        } else {
          assert.isTrue(Exit.isSuccess(exit), JSON.stringify(pair))
          assert.deepStrictEqual(requests.map(read), [wanted(pair)])
        }
      }
    }).pipe(Effect.provide(layerOn(server.url, xml)))
    return server.received.length
  }).pipe(Effect.scoped)

const layerOn = (url: string, xml: keyof typeof readers) =>
  EncryptorSoap.layer({ url, xml, checkLength: false }).pipe(
    Layer.provide([HttpExchangeUndici.layer({ connections: 1 }), BreakersMock.layer]),
    Layer.provideMerge(Logger.layer([]))
  )

const reasonOf = (error: { readonly _tag: string; readonly value?: { readonly reason: string } }) => error.value?.reason

const inTurns = corpus.map((text, index) => ({ phone: text, password: corpus.at(index - 1) ?? "" }))
const alone = corpus.flatMap((text) => [
  { phone: "0912345678", password: text },
  { phone: text, password: "secret" }
])
const seed = Number(process.env["SEED"] ?? 2026)

const random = (count: number) => {
  const string = makeStrings(seed)
  return Array.from({ length: count / 2 }, () => ({ phone: string(), password: string() }))
}

describe("X21, X22: what a service received of a phone and a password", () => {
  it.live.each(["strict", "literal"] as const)("is exactly each of the corpus, once, or nothing (%s)", (xml) =>
    Effect.asVoid(send(xml, [...alone, ...inTurns]))
  )

  it.live.each([
    { xml: "strict", least: 1_500 },
    { xml: "literal", least: 1_000 }
  ] as const)(`is exactly each of 10,000 random strings, or nothing ($xml, seed ${seed})`, ({ xml, least }) =>
    Effect.map(send(xml, random(10_000)), (received) => assert.isAbove(received, least))
  )
})
