import { SaxesParser, type SaxesTagNS } from "saxes"
import { isBase64 } from "../../domain/Image.ts"
import { encryptNamespace } from "../../domain/encryptWsdl.ts"
import { type Pair } from "./encodeRequest.ts"

/**
 * The two ciphertexts of an answer that is exactly an `EncryptResponse` in a SOAP 1.1 envelope: well-formed, all in its namespaces, each
 * value once and in strict base64, and nothing else: no document type, no instruction, no comment, no attribute, no further element or
 * text. Nothing for any other.
 */
export const readEncryptResponse = (text: string): Pair | undefined => {
  try {
    return read(text)
  } catch {
    return undefined
  }
}

const soapNamespace = "http://schemas.xmlsoap.org/soap/envelope/"
const outer: ReadonlyArray<readonly [string, string]> = [
  [soapNamespace, "Envelope"],
  [soapNamespace, "Body"],
  [encryptNamespace, "EncryptResponse"]
]
const values: ReadonlySet<string> = new Set(["EncryptedPhone", "EncryptedPassword"])

const read = (text: string): Pair | undefined => {
  const parser = new SaxesParser({ xmlns: true, position: false })
  const open: Array<string> = []
  const found = new Map<string, string>()
  const seen = new Set<string>()

  parser.on("error", refuse)
  parser.on("doctype", refuse)
  parser.on("comment", refuse)
  parser.on("processinginstruction", refuse)
  parser.on("xmldecl", ({ version, encoding }) => {
    if (version !== "1.0" || (encoding !== undefined && encoding.toLowerCase() !== "utf-8")) refuse()
  })
  parser.on("opentag", (tag) => {
    if (!isExpected(tag, open.length) || seen.has(tag.local) || hasAttributes(tag)) refuse()
    seen.add(tag.local)
    open.push(tag.local)
    if (open.length > outer.length) found.set(tag.local, "")
  })
  parser.on("closetag", () => void open.pop())
  const takeText = (part: string) => {
    const name = open.at(-1) ?? ""
    if (values.has(name)) found.set(name, `${found.get(name) ?? ""}${part}`)
    else if (/[^ \t\r\n]/u.test(part)) refuse()
  }
  parser.on("text", takeText)
  parser.on("cdata", takeText)
  if (text.startsWith("\uFEFF")) refuse()
  parser.write(text).close()
  const [phone, password] = [found.get("EncryptedPhone"), found.get("EncryptedPassword")]
  return phone !== undefined && password !== undefined && isBase64(phone) && isBase64(password)
    ? { phone, password }
    : undefined
}

const isExpected = ({ uri, local }: SaxesTagNS, depth: number): boolean => {
  const expected = outer[depth]
  if (expected !== undefined) return uri === expected[0] && local === expected[1]
  return depth === outer.length && values.has(local) && uri === encryptNamespace
}

const hasAttributes = ({ attributes }: SaxesTagNS) =>
  Object.entries(attributes).some(([name, { prefix }]) => name !== "xmlns" && prefix !== "xmlns")

const refuse = (): never => {
  throw new Error("not an EncryptResponse")
}
