/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What mutations draw from: numbers from 0 to 1, and the other tokens. */
export interface Source {
  readonly random: () => number
  readonly tokens: ReadonlyArray<string>
}

/** A text that one to three mutations have made of one of the tokens, and their names. */
export const mutate = (text: string, source: Source): { readonly text: string; readonly how: ReadonlyArray<string> } => {
  const how = Array.from({ length: 1 + below(3, source) }, () => pick(Object.keys(mutations), source))
  return { text: how.reduce((text, name) => mutations[name]?.(text, source) ?? text, text), how }
}

type Mutation = (text: string, source: Source) => string

const below = (limit: number, { random }: Source) => Math.floor(random() * limit)
const pick = (items: ReadonlyArray<string>, source: Source) => items[below(items.length, source)] ?? ""

const splice = (text: string, at: number, remove: number, insert: string) =>
  text.slice(0, at) + insert + text.slice(at + remove)

const segmentsOf = (change: (segments: Array<string>, at: number, source: Source) => void): Mutation => {
  return (text, source) => {
    const segments = text.split(".")
    change(segments, below(segments.length, source), source)
    return segments.join(".")
  }
}

/** Changes the bytes of a segment and writes it anew. */
const bytesOf = (change: (bytes: Buffer, source: Source) => Buffer): Mutation =>
  segmentsOf((segments, at, source) => {
    segments[at] = change(Buffer.from(segments[at] ?? "", "base64url"), source).toString("base64url")
  })

/** Changes the JSON of a header or a payload and writes it anew. */
const jsonOf = (change: (json: Record<string, unknown>, source: Source) => unknown): Mutation =>
  segmentsOf((segments, _, source) => {
    const at = below(2, source)
    try {
      const changed = change(JSON.parse(Buffer.from(segments[at] ?? "", "base64url").toString()), source)
      segments[at] = Buffer.from(typeof changed === "string" ? changed : JSON.stringify(changed)).toString("base64url")
    } catch {
      segments[at] = ""
    }
  })

const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
const foreign = [...'+/=. \n\t\0"{}%＝．é\u0301\u200b\ufeff\ud83d', "％2E", "🙂"]
const names = [
  "alg",
  "kid",
  "typ",
  "crit",
  "b64",
  "jwk",
  "jku",
  "x5u",
  "zip",
  "Id",
  "sub",
  "exp",
  "iat",
  "nbf",
  "iss",
  "constructor"
]
const values: ReadonlyArray<unknown> = [
  "none",
  "HS256",
  "RS256",
  "ES256",
  "victim",
  "",
  null,
  0,
  -1,
  1e308,
  9_999_999_999,
  [],
  {},
  true,
  ["exp"]
]

const mutations: Readonly<Record<string, Mutation>> = {
  "change a character": (text, source) => splice(text, below(text.length, source), 1, pick(alphabet, source)),
  "change it for a foreign one": (text, source) => splice(text, below(text.length, source), 1, pick(foreign, source)),
  "insert a character": (text, source) => splice(text, below(text.length + 1, source), 0, pick(alphabet, source)),
  "insert a foreign one": (text, source) => splice(text, below(text.length + 1, source), 0, pick(foreign, source)),
  "delete a character": (text, source) => splice(text, below(text.length, source), 1, ""),
  "delete a run": (text, source) => splice(text, below(text.length, source), below(40, source), ""),
  "double a character": (text, source) => {
    const at = below(text.length, source)
    return splice(text, at, 0, text.charAt(at))
  },
  "swap two characters": (text, source) => {
    const at = below(text.length - 1, source)
    return splice(text, at, 2, text.charAt(at + 1) + text.charAt(at))
  },
  "change the case of one": (text, source) => {
    const at = below(text.length, source)
    const letter = text.charAt(at)
    return splice(text, at, 1, letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())
  },
  "change the case of all": (text, source) => (below(2, source) === 0 ? text.toLowerCase() : text.toUpperCase()),
  "cut the end off": (text, source) => text.slice(0, below(text.length, source)),
  "cut the start off": (text, source) => text.slice(below(text.length, source)),
  pad: (text, source) => text + "=".repeat(1 + below(3, source)),
  "put white space around": (text, source) => pick([` ${text}`, `${text}\n`, `${text} `, `\uFEFF${text}`], source),
  "write it twice": (text, source) => text + pick(["", "."], source) + text,
  normalise: (text, source) => text.replaceAll(".", pick(["．", "..", "%2E", "\u2024"], source)),
  "standard base64": (text) => text.replaceAll("-", "+").replaceAll("_", "/"),
  "double a segment": segmentsOf((segments, at) => void segments.splice(at, 0, segments[at] ?? "")),
  "delete a segment": segmentsOf((segments, at) => void segments.splice(at, 1)),
  "empty a segment": segmentsOf((segments, at) => void (segments[at] = "")),
  "swap segments": segmentsOf((segments, at) => void segments.push(...segments.splice(at, 1))),
  "take a segment of another token": segmentsOf((segments, at, source) => {
    segments[at] = pick(source.tokens, source).split(".")[at] ?? ""
  }),
  "flip a bit": bytesOf((bytes, source) => {
    const at = below(bytes.length, source)
    return Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ (1 << below(8, source)) : byte)))
  }),
  "other bytes": bytesOf((bytes, source) => Buffer.from(bytes.map(() => below(256, source)))),
  "zero bytes": bytesOf((bytes) => Buffer.alloc(bytes.length)),
  "fewer bytes": bytesOf((bytes, source) => bytes.subarray(0, below(bytes.length, source))),
  "more bytes": bytesOf((bytes, source) => Buffer.concat([bytes, Buffer.alloc(1 + below(4, source))])),
  "change a member": jsonOf((json, source) => ({ ...json, [pick(names, source)]: values[below(values.length, source)] })),
  "lose a member": jsonOf((json, source) => ({ ...json, [pick(Object.keys(json), source)]: undefined })),
  "turn the members around": jsonOf((json) => Object.fromEntries(Object.entries(json).toReversed())),
  "write it otherwise": jsonOf((json, source) => JSON.stringify(json, undefined, 1 + below(3, source))),
  "write a member twice": jsonOf((json, source) => `{"${pick(names, source)}":1,${JSON.stringify(json).slice(1)}`)
}
