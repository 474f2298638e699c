/** Every way in which a value may be written where it must not be. */
export type Encoding =
  | "raw"
  | "base64"
  | "base64url"
  | "hex"
  | "url"
  | "json"
  | "jsonTwice"
  | "jsonCodes"
  | "xml"
  | "xmlCodes"
  | "utf16le"
  | "utf16be"

type Encode = (value: string) => ReadonlyArray<string | Buffer>

/** Base64 of a value that stands 0, 1 or 2 bytes after the beginning of something longer: what depends on the value alone. */
const base64At =
  (encoding: "base64" | "base64url"): Encode =>
  (value) =>
    [0, 1, 2].map((offset) => {
      const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
      const whole = bytes.subarray(0, bytes.length - (bytes.length % 3))
      return whole.toString(encoding).slice(Math.ceil((offset * 8) / 6))
    })

const hexOf = (value: string) => Buffer.from(value).toString("hex")
const inJson = (value: string) => JSON.stringify(value).slice(1, -1)
const eachUnit = (value: string, write: (code: number) => string) =>
  Array.from({ length: value.length }, (_, index) => write(value.charCodeAt(index))).join("")
const eachPoint = (value: string, write: (code: number) => string) =>
  Array.from(value, (letter) => write(letter.codePointAt(0) ?? 0)).join("")
const eachByte = (value: string, write: (hex: string) => string) => hexOf(value).replace(/../gu, write)
const code = (unit: number) => unit.toString(16).padStart(4, "0")
const xmlNames: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" }

const encodings: Readonly<Record<Encoding, Encode>> = {
  raw: (value) => [value],
  base64: base64At("base64"),
  base64url: base64At("base64url"),
  hex: (value) => [hexOf(value), hexOf(value).toUpperCase()],
  url: (value) => [
    encodeURIComponent(value),
    new URLSearchParams({ "": value }).toString().slice(1),
    eachByte(value, (hex) => `%${hex}`),
    eachByte(value, (hex) => `%${hex.toUpperCase()}`)
  ],
  json: (value) => [inJson(value)],
  jsonTwice: (value) => [inJson(inJson(value))],
  jsonCodes: (value) => [
    eachUnit(value, (unit) => `\\u${code(unit)}`),
    eachUnit(value, (unit) => `\\u${code(unit).toUpperCase()}`),
    inJson(value).replace(/[^ -~]/gu, (letter) => eachUnit(letter, (unit) => `\\u${code(unit)}`))
  ],
  xml: (value) => [
    value.replace(/[&<>"']/gu, (letter) => xmlNames[letter] ?? ""),
    value.replace(/[&<>]/gu, (letter) => xmlNames[letter] ?? "")
  ],
  xmlCodes: (value) => [
    eachPoint(value, (point) => `&#${point};`),
    eachPoint(value, (point) => `&#x${point.toString(16)};`),
    eachPoint(value, (point) => `&#x${point.toString(16).toUpperCase()};`)
  ],
  utf16le: (value) => [Buffer.from(value, "utf16le")],
  utf16be: (value) => [Buffer.from(value, "utf16le").swap16()]
}

/** Their names. */
export const encodingNames = Object.keys(encodings) as ReadonlyArray<Encoding>

/** A value in an encoding, in each of its variants, as bytes. */
export const encode = (encoding: Encoding, value: string): ReadonlyArray<Buffer> =>
  encodings[encoding](value).map((text) => Buffer.from(text))

/** Which of these values stand somewhere in a sink, by their names, and in which encoding: `Password as hex`. */
export const findLeaks = (sink: Buffer, values: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(values).flatMap(([name, value]) =>
    encodingNames
      .filter((encoding) => encode(encoding, value).some((bytes) => sink.includes(bytes)))
      .map((encoding) => `${name} as ${encoding}`)
  )
