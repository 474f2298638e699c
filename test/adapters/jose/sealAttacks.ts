import { createHash, generateKeyPairSync } from "node:crypto"
import { CompactEncrypt, GeneralEncrypt, importJWK, type JWK } from "jose"
import { makeSealKey } from "../../../src/domain/SealKeys.ts"
import { base64url, encrypt, fields, publicOf, sealByHand, sealKey } from "../../support/sealing.ts"

/** A seal that must be refused: what it does, and its text. */
export type SealAttack = readonly [name: string, make: () => Promise<unknown>]

const text = JSON.stringify(fields)
const kid = sealKey.kid

/** Sealed by a library, rightly, with this header. */
const byLibrary = async (header: { alg: string; enc: string; zip?: "DEF" }, key?: Uint8Array | JWK) =>
  new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ kid, ...header })
    .encrypt(key instanceof Uint8Array ? key : await importJWK(key ?? publicOf(sealKey), header.alg))

const jwkOf = (type: "rsa" | "x25519" | "P-384"): JWK => {
  const { publicKey } =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : type === "x25519"
        ? generateKeyPairSync("x25519")
        : generateKeyPairSync("ec", { namedCurve: type })
  return publicKey.export({ format: "jwk" }) as JWK
}

/** The header of a good seal, changed after it was sealed, so that only the header can tell. */
const relabelled = (change: (header: Record<string, unknown>) => unknown) => {
  const [header = "", ...rest] = sealByHand().split(".")
  const changed = change(JSON.parse(Buffer.from(header, "base64url").toString()))
  return [base64url(typeof changed === "string" ? changed : JSON.stringify(changed)), ...rest].join(".")
}

const otherAlgorithms = "ECDH-ES+A128KW ECDH-ES+A192KW ECDH-ES+A256KW".split(" ")
const otherEncryptions = "A128GCM A192GCM A128CBC-HS256 A192CBC-HS384 A256CBC-HS512".split(" ")
const guessed = {
  zeros: Buffer.alloc(32),
  "the public key": Buffer.from(sealKey.x, "base64url"),
  "a hash of the public key": createHash("sha256")
    .update(JSON.stringify(publicOf(sealKey)))
    .digest()
}

/** Other ways to agree on a key, each sealed rightly in its way. */
export const algorithms: ReadonlyArray<SealAttack> = [
  ...otherAlgorithms.map((alg): SealAttack => [alg, () => byLibrary({ alg, enc: "A256GCM" })]),
  ...otherEncryptions.map((enc): SealAttack => [enc, () => byLibrary({ alg: "ECDH-ES", enc })]),
  ["zip", () => byLibrary({ alg: "ECDH-ES", enc: "A256GCM", zip: "DEF" })],
  ["zip of nothing", async () => sealByHand({ header: { zip: "" } })],
  ["RSA-OAEP-256", () => byLibrary({ alg: "RSA-OAEP-256", enc: "A256GCM" }, jwkOf("rsa"))],
  ["PBES2 with few rounds", () => byLibrary({ alg: "PBES2-HS256+A128KW", enc: "A256GCM" }, Buffer.from(sealKey.x))],
  [
    "PBES2 with p2c 1e9",
    async () => relabelled((header) => ({ ...header, alg: "PBES2-HS256+A128KW", p2s: "c2FsdA", p2c: 1e9 }))
  ],
  ["p2c 1e9 beside ECDH-ES", async () => sealByHand({ header: { p2s: "c2FsdA", p2c: 1e9 } })],
  ...Object.entries(guessed).flatMap(([name, key]): ReadonlyArray<SealAttack> => [
    [`dir with ${name}`, () => byLibrary({ alg: "dir", enc: "A256GCM" }, key)],
    [`ECDH-ES on the label, ${name} for a key`, async () => encrypt(key, sealByHand().split(".")[0] ?? "", text)],
    [`A256KW with ${name}`, () => byLibrary({ alg: "A256KW", enc: "A256GCM" }, key)],
    [`A256GCMKW with ${name}`, () => byLibrary({ alg: "A256GCMKW", enc: "A256GCM" }, key)]
  ]),
  ...["none", "ecdh-es", "ECDH-ES ", "", "HS256", "__proto__", null, 0, ["ECDH-ES"], {}].flatMap(
    (value): ReadonlyArray<SealAttack> => [
      [`alg ${JSON.stringify(value)}`, async () => sealByHand({ header: { alg: value } })],
      [`enc ${JSON.stringify(value)}`, async () => sealByHand({ header: { enc: value } })]
    ]
  ),
  ["for another key", async () => sealByHand({ key: { ...makeSealKey(), kid } })],
  ...[undefined, null, "", "other", "__proto__", "constructor", 1, [kid], { kid }, `${kid} `].map((value): SealAttack => [
    `kid ${JSON.stringify(value)}`,
    async () => sealByHand({ header: { kid: value } })
  ])
]

const withEpk = (change: (epk: Record<string, string>) => unknown) => async () =>
  relabelled(({ epk, ...header }) => ({ ...header, epk: change(epk as Record<string, string>) }))

const prime = Buffer.from("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", "hex")
const zeros = base64url(Buffer.alloc(32))
const one = base64url(Buffer.concat([Buffer.alloc(31), Buffer.of(1)]))

/** Ephemeral keys that are none. */
export const ephemeral: ReadonlyArray<SealAttack> = [
  ["absent", withEpk(() => undefined)],
  ...[null, "", 1, [], {}, true].map((value): SealAttack => [JSON.stringify(value), withEpk(() => value)]),
  ["on P-384", () => byLibrary({ alg: "ECDH-ES", enc: "A256GCM" }, jwkOf("P-384"))],
  ["on X25519", () => byLibrary({ alg: "ECDH-ES", enc: "A256GCM" }, jwkOf("x25519"))],
  ["of P-384, labelled P-256", withEpk(() => ({ ...jwkOf("P-384"), crv: "P-256" }))],
  ["of X25519, in its own order 1", withEpk(() => ({ kty: "OKP", crv: "X25519", x: zeros }))],
  ["not on the curve", withEpk((epk) => ({ ...epk, x: one }))],
  [
    "on the twist or nowhere: y turned round",
    withEpk(({ y = "", ...epk }) => ({ ...epk, y: base64url(Buffer.from(y, "base64url").toReversed() as Buffer) }))
  ],
  ["(0, 0)", withEpk((epk) => ({ ...epk, x: zeros, y: zeros }))],
  ["(p, y): not reduced", withEpk((epk) => ({ ...epk, x: base64url(prime) }))],
  ["with a short x", withEpk(({ x = "", ...epk }) => ({ ...epk, x: x.slice(0, -2) }))],
  [
    "with a leading zero byte",
    withEpk(({ x = "", ...epk }) => ({ ...epk, x: base64url(Buffer.concat([Buffer.of(0), Buffer.from(x, "base64url")])) }))
  ],
  ["with x in standard base64", withEpk((epk) => ({ ...epk, x: "+/".repeat(21) + "A" }))],
  ["our own public key", withEpk(() => ({ kty: "EC", crv: "P-256", x: sealKey.x, y: sealKey.y }))],
  [
    "with d",
    async () => sealByHand({ header: (good) => JSON.stringify({ ...good, epk: { ...(good["epk"] as object), d: zeros } }) })
  ],
  [
    "with kid",
    async () => sealByHand({ header: (good) => JSON.stringify({ ...good, epk: { ...(good["epk"] as object), kid } }) })
  ],
  ["with x twice", async () => sealByHand({ header: (good) => JSON.stringify(good).replace('"x":', `"x":"${zeros}","x":`) })]
]

const extra = {
  crit: ["exp"],
  b64: false,
  jwk: publicOf(sealKey),
  jku: "https://evil.example/",
  x5u: "https://evil.example/",
  x5c: ["AA"],
  apu: "AA",
  apv: "AA",
  cty: "JWT",
  typ: "JWT",
  iv: "AA",
  tag: "AA",
  skid: "a",
  p2s: "AA",
  constructor: 1,
  Id: fields.Id
}

/** Headers and texts that could be read in two ways, or ask for more than the one way to seal. */
export const texts: ReadonlyArray<SealAttack> = [
  ...Object.entries(extra).map(([name, value]): SealAttack => [
    `${name} in the header`,
    async () => sealByHand({ header: { [name]: value } })
  ]),
  ["alg twice", async () => sealByHand({ header: (good) => `{"alg":"dir",${JSON.stringify(good).slice(1)}` })],
  [
    "kid twice, once escaped",
    async () => sealByHand({ header: (good) => `{"k\\u0069d":"x",${JSON.stringify(good).slice(1)}` })
  ],
  [
    "__proto__ in the header",
    async () => sealByHand({ header: (good) => `{"__proto__":{"zip":"DEF"},${JSON.stringify(good).slice(1)}` })
  ],
  [
    "a deep header",
    async () => sealByHand({ header: (good) => `{"a":${"[".repeat(200)}${"]".repeat(200)},${JSON.stringify(good).slice(1)}` })
  ],
  ["a header of 1 MB", async () => sealByHand({ header: (good) => JSON.stringify(good) + " ".repeat(1_000_000) })],
  ["a header in UTF-16", async () => relabelled((header) => Buffer.from(JSON.stringify(header), "utf16le").toString("latin1"))],
  ["a header with a byte order mark", async () => sealByHand({ header: (good) => `\uFEFF${JSON.stringify(good)}` })],
  ["a header that is an array", async () => sealByHand({ header: (good) => JSON.stringify([good]) })],
  ...[0, 1, 2, 3, 4].map((at): SealAttack => [
    `segment ${at} empty`,
    async () => {
      const segments = sealByHand().split(".")
      segments[at] = at === 1 ? "AA" : ""
      return segments.join(".")
    }
  ]),
  ["four segments", async () => sealByHand().split(".").slice(0, 4).join(".")],
  ["six segments", async () => `${sealByHand()}.`],
  ["padding", async () => `${sealByHand()}==`],
  ["white space before", async () => ` ${sealByHand()}`],
  ["a line's end behind", async () => `${sealByHand()}\n`],
  [
    "standard base64",
    async () =>
      sealByHand({ plaintext: Buffer.from(text.padEnd(4000)) })
        .replaceAll("-", "+")
        .replaceAll("_", "/")
  ],
  ["a tag of 96 bits", async () => sealByHand().slice(0, -6)],
  ["truncated to half", async () => sealByHand().slice(0, 300)],
  [
    "the ciphertext of another seal",
    async () => {
      const [a, b, c, , e] = sealByHand().split(".")
      return [a, b, c, sealByHand().split(".")[3], e].join(".")
    }
  ],
  ["the header of another seal", async () => [sealByHand().split(".")[0], ...sealByHand().split(".").slice(1)].join(".")],
  ["a signed token", async () => `${base64url('{"alg":"none"}')}.${base64url(text)}.`],
  ["nothing", async () => ""],
  ["a million dots", async () => ".".repeat(1_000_000)],
  [
    "JSON for two recipients",
    async () => {
      const general = new GeneralEncrypt(new TextEncoder().encode(text)).setProtectedHeader({ enc: "A256GCM" })
      for (const key of [sealKey, makeSealKey()])
        general
          .addRecipient(await importJWK(publicOf(key), "ECDH-ES+A256KW"))
          .setUnprotectedHeader({ alg: "ECDH-ES+A256KW", kid: key.kid })
      return JSON.stringify(await general.encrypt())
    }
  ],
  ...[null, 1, true, [], {}, [sealByHand()], { text: sealByHand() }].map((value): SealAttack => [
    `${JSON.stringify(value).slice(0, 20)} for a text`,
    async () => value
  ])
]

const sealing = (name: string, plaintext: string | Buffer): SealAttack => [name, async () => sealByHand({ plaintext })]

/** What is sealed rightly, and is no job. */
export const contents: ReadonlyArray<SealAttack> = [
  sealing("a nested seal", sealByHand()),
  sealing("a nested seal in JSON", JSON.stringify(sealByHand())),
  sealing("no JSON", "Password=secret"),
  sealing("half of it", text.slice(0, -5)),
  sealing("with a byte order mark", `\uFEFF${text}`),
  sealing("no UTF-8", Buffer.from(text.replace("horse", "h\u00FFrse"), "latin1")),
  sealing("UTF-16", Buffer.from(text, "utf16le")),
  sealing("an array", `[${text}]`),
  sealing("null", "null"),
  sealing("__proto__", `{"__proto__":{"Token":"x"},${text.slice(1)}`),
  sealing("__proto__ in escapes", `{"\\u005f_proto__":"x",${text.slice(1)}`),
  sealing("constructor", `{"constructor":"x",${text.slice(1)}`),
  sealing("Password twice", `{"Password":"another one",${text.slice(1)}`),
  sealing("Password twice, once escaped", `{"Pa\\u0073sword":"another one",${text.slice(1)}`),
  sealing("an object in it", `{"a":{},${text.slice(1)}`),
  sealing("20,000 levels", `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)},${text.slice(1)}`)
]
