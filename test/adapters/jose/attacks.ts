import { createHmac, generateKeyPairSync, sign as signWithKey } from "node:crypto"
import { signBytes, signJwt } from "../../support/issuer.ts"
import { badSignatures } from "./badSignatures.ts"
import {
  attackersKey,
  type Attack,
  attacks,
  byAttacker,
  changed,
  deep,
  each,
  onlyFor,
  sameBytes,
  signedWith,
  withClaims,
  withHeader,
  withText
} from "./forging.ts"
import { encode, secretText } from "./tokens.ts"
import { claims, now, token } from "./ways.ts"

const keySets = ["RS256", "ES256", "EdDSA"] as const
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey
const ed448 = generateKeyPairSync("ed448").privateKey
const hs512 = (signed: string) => createHmac("sha512", secretText).update(signed).digest()

/** The corpus, J1 to J25 but for what is no token: J13, J19, J21 to J23 have tests of their own. */
export const corpus: ReadonlyArray<Attack> = [
  ...attacks("J1", {
    ...each(["none", "None", "NONE", "nOnE", "", null], (alg) => withHeader({ alg })),
    "none without signature": changed((_, [, body]) => `${encode({ alg: "none" })}.${body}.`),
    "no signature": changed((_, [head, body]) => `${head}.${body}.`),
    "no alg": withHeader({ alg: undefined })
  }),
  ...attacks("J2", {
    "HS256 under the public PEM": signedWith(({ key }) => key?.publicKey.export({ type: "spki", format: "pem" })),
    "HS256 under another's public PEM": signedWith((way) => attackersKey(way).publicKey.export({ type: "spki", format: "pem" }))
  }),
  ...attacks("J3", {
    "HS256 under the public DER": signedWith(({ key }) => key?.publicKey.export({ type: "spki", format: "der" })),
    "HS256 under the JWK": signedWith(({ key }) => key && JSON.stringify(key.jwk)),
    "HS256 under the bytes of the key": signedWith(
      ({ key }) => key && Buffer.from(String(key.jwk["n"] ?? key.jwk["x"]), "base64url")
    ),
    "HS256 under nothing": signedWith(() => "")
  }),
  ...attacks("J4", {
    ...each(
      ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448", "HS384", "HS512"],
      (alg) => (way) => (alg === way.algorithm ? undefined : withHeader({ alg })(way))
    ),
    "PS256, signed rightly by the same key": onlyFor(
      ["RS256"],
      ({ key, header }) => key && signJwt(key, claims, { ...header, alg: "PS256" }, signBytes.PS256)
    ),
    "a PS256 signature called RS256": onlyFor(
      ["RS256"],
      ({ key, header }) => key && signJwt(key, claims, header, signBytes.PS256)
    ),
    "an RS512 signature called RS256": onlyFor(
      ["RS256"],
      ({ key, header }) => key && signJwt(key, claims, header, signBytes.RS512)
    ),
    "ES384 called ES256": onlyFor(
      ["ES256"],
      ({ key, header }) =>
        key && signJwt(key, claims, header, (data) => signWithKey("sha384", data, { key: p384, dsaEncoding: "ieee-p1363" }))
    ),
    "Ed448 called EdDSA": onlyFor(
      ["EdDSA"],
      ({ key, header }) => key && signJwt(key, claims, header, (data) => signWithKey(null, data, ed448))
    ),
    "HS512, signed rightly": onlyFor(["HS256"], (way) => token({ ...way, signature: hs512 }, claims, { alg: "HS512" })),
    "alg of another key of the set": onlyFor(
      keySets,
      byAttacker((way) => ({ alg: way.algorithm === "RS256" ? "ES256" : "RS256", kid: way.key?.kid }))
    )
  }),
  ...attacks("J5", {
    ...each(
      [
        "../../dev/null",
        "' OR 1=1 --",
        "a\0",
        "k".repeat(1_000_000),
        { a: 1 },
        ["RS256-1"],
        1,
        null,
        "",
        "http://127.0.0.1:1/",
        "RS256-1\n",
        "ＲS256-1"
      ],
      (kid) => withHeader({ kid })
    ),
    ...each(["__proto__", "constructor", "toString", "0", "length", "rs256-1"], (kid) => onlyFor(keySets, withHeader({ kid }))),
    "the kid of another algorithm's key": onlyFor(keySets, (way) =>
      withHeader({ kid: way.algorithm === "ES256" ? "RS256-1" : "ES256-1" })(way)
    )
  }),
  ...attacks("J6", {
    "a key in the header": byAttacker((way) => ({ jwk: attackersKey(way).jwk, kid: "mine" })),
    "a URL of keys": byAttacker(() => ({ jku: "http://127.0.0.1:1/jwks.json" })),
    "a URL of certificates": byAttacker(() => ({ x5u: "http://127.0.0.1:1/cert.pem" })),
    "a certificate": byAttacker(() => ({ x5c: ["MIIB"] })),
    "the attacker's key under the issuer's name": byAttacker(() => ({})),
    ...each(
      [{ jwk: { kty: "oct", k: "" } }, { jwk: null }, { jku: "http://127.0.0.1:1/" }, { x5u: "" }, { x5c: [] }],
      (members) => withHeader(members as object)
    )
  }),
  ...attacks("J7", {
    ...each(
      [
        { crit: ["exp"], exp: 1 },
        { crit: ["b64"], b64: false },
        { crit: [] },
        { crit: ["x", "x"], x: 1 },
        { crit: "exp" },
        { b64: false },
        { b64: true }
      ],
      (members) => withHeader(members as object)
    )
  }),
  ...attacks("J8", {
    "expired by five seconds": withClaims({ exp: now - 5 }),
    ...each([String(claims.exp), null, -1, 0, claims.exp + 0.5, [claims.exp], {}, true], (exp) => withClaims({ exp }))
  }),
  ...attacks("J9", { "no exp": withClaims({ exp: undefined }) }),
  ...attacks("J10", {
    "1e308": (way) => token(way, `{"Id":"1234567890","exp":1e308}`),
    "1e999": (way) => token(way, `{"Id":"1234567890","exp":1e999}`),
    "2^53 + 1": (way) => token(way, `{"Id":"1234567890","exp":9007199254740993}`)
  }),
  ...attacks("J11", { "nbf ahead": withClaims({ nbf: now + 6 }), ...each(["0", null, 0.5], (nbf) => withClaims({ nbf })) }),
  ...attacks("J12", {
    "iat ahead": withClaims({ iat: now + 6 }),
    "iat in 2286": withClaims({ iat: 9_999_999_999, exp: 9_999_999_999 })
  }),
  ...attacks("J14", {
    "two Ids": withText('"Id":"victim"'),
    "two Ids, one escaped": withText('"\\u0049d":"victim"'),
    "two exps": withText('"exp":1'),
    "two members of one name, deep": withText('"a":{"b":1,"b":2}'),
    "two algs": (way) => token(way, claims, `{"alg":"none",${JSON.stringify(way.header).slice(1)}`)
  }),
  ...attacks("J15", {
    ...each(["__proto__", "constructor", "prototype", "\\u005f_proto__"], (name) =>
      withText(`"${String(name)}":{"Id":"victim"}`)
    ),
    "__proto__, deep": withText('"a":{"__proto__":{"polluted":1}}'),
    "__proto__ in the header": (way) => token(way, claims, `{"__proto__":{"alg":"none"},${JSON.stringify(way.header).slice(1)}`)
  }),
  ...attacks("J16", {
    "a newline at the end": changed((valid) => `${valid}\n`),
    "padding at the end": changed((valid) => `${valid}=`),
    "padding inside": changed((_, [head, body, signature]) => `${head}==.${body}.${signature}`),
    "a space inside": changed((_, [head, body, signature]) => `${head}. ${body}.${signature}`),
    "a tab in the signature": changed((valid) => `${valid.slice(0, -3)}\t${valid.slice(-3)}`),
    "another last character of the same bytes": changed((valid) => sameBytes(valid)),
    "standard base64": changed((valid) => `${valid.replaceAll("-", "+").replaceAll("_", "/")}+`)
  }),
  ...attacks("J17", {
    "a leading space": changed((valid) => ` ${valid}`),
    Bearer: changed((valid) => `Bearer ${valid}`),
    "two segments": changed((_, [head, body]) => `${head}.${body}`),
    "four segments": changed((valid) => `${valid}.`),
    "five segments": changed((valid, [head, body]) => `${valid}.${head}.${body}`),
    "JSON serialisation": changed((_, [head, payload, signature]) => JSON.stringify({ protected: head, payload, signature })),
    "a token in a token": (way) => token(way, token(way)),
    "8,000 dots": () => ".".repeat(8000)
  }),
  ...attacks("J18", {
    "20 MB": changed((_, [head, , signature]) => `${head}.${"A".repeat(20_000_000)}.${signature}`),
    "8 KiB and one": changed((valid) => valid + "A".repeat(8193 - valid.length)),
    ...each([6, 3000, 10_000], (levels) => withText(deep(Number(levels)))),
    "a deep header": (way) => token(way, claims, `{${deep(2000)},${JSON.stringify(way.header).slice(1)}`),
    "1,000 members": (way) => token(way, `{${Array.from({ length: 1000 }, (_, index) => `"${index}":1`).join(",")}}`)
  }),
  ...attacks("J20", {
    "JWE, PBES2 with a count of 10^9": changed(
      (_, [, body]) =>
        `${encode({ alg: "PBES2-HS256+A128KW", enc: "A128GCM", p2c: 1e9, p2s: "AAAA" })}.${body}.AAAA.${body}.AAAA`
    ),
    "PBES2 in three segments": withHeader({ alg: "PBES2-HS256+A128KW", p2c: 1e9, p2s: "AAAA" }),
    "a bomb": withHeader({ alg: "dir", enc: "A256GCM", zip: "DEF" })
  }),
  ...attacks("J24", {
    ...each(
      ["id+jwt", "rt+jwt", "refresh", "logout+jwt", "dpop+jwt", "secevent+jwt", "application/at+jwt", "JWE", "", 1, null],
      (typ) => withHeader({ typ })
    )
  }),
  ...attacks(
    "J25",
    Object.fromEntries(
      Object.entries(badSignatures).map(([name, change]) => [
        name,
        (way) => {
          const [head = "", body = "", signature = ""] = token(way).split(".")
          const bytes = change(Buffer.from(signature, "base64url"), way.algorithm)
          return bytes && `${head}.${body}.${bytes.toString("base64url")}`
        }
      ])
    )
  )
]
