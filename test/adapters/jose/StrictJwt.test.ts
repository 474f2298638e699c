import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { checkStrictJwt } from "../../../src/adapters/jose/StrictJwt.ts"
import { encode, secretText, sign } from "./tokens.ts"

const claims = { Id: "1234567890", exp: 1_800_000_000 }
const withHeader = (members: object) => sign(claims, { header: { alg: "HS256", ...members } })
const filled = (length: number) => sign({ ...claims, filler: "x".repeat(length) })
const valid = sign(claims)
const [head = "", body = "", signature = ""] = valid.split(".")

const reasonOf = (token: string) =>
  Result.match(checkStrictJwt(token, ["HS256"]), { onSuccess: () => "taken", onFailure: ({ reason }) => reason })

const refuses = (kind: string, rows: Readonly<Record<string, string>>, reason: string) =>
  it.each(Object.entries(rows))(`refuses ${kind}: %s`, (_, token) => {
    assert.strictEqual(reasonOf(token), reason)
  })

describe("checkStrictJwt", () => {
  it.each([
    valid,
    withHeader({}),
    withHeader({ typ: "JWT" }),
    withHeader({ typ: "at+JWT", kid: "Key_1.a-b" }),
    withHeader({ kid: "a".repeat(128) }),
    sign({ ...claims, roles: ["a"], name: "é 🙂", nested: { deep: [{}] } })
  ])("takes %s", (token) => {
    assert.strictEqual(reasonOf(token), "taken")
  })

  it("takes 8 KiB and no more", () => {
    const longest = Array.from({ length: 200 }, (_, index) => filled(5900 + index)).filter((token) => token.length <= 8192)
    assert.isAbove(longest.at(-1)?.length ?? 0, 8188)
    assert.strictEqual(reasonOf(longest.at(-1) ?? ""), "taken")
    assert.strictEqual(reasonOf(filled(5900 + longest.length)), "malformed")
  })

  refuses(
    "what is no token",
    {
      nothing: "",
      garbage: "garbage",
      dots: "..",
      "a number": "42",
      "an object": JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
      "two segments": `${head}.${body}`,
      "four segments": `${valid}.x`,
      "five segments, as in JWE": `${head}.${body}.${signature}.${body}.${signature}`,
      "200 kB": sign({ ...claims, filler: "x".repeat(200_000) }),
      "20 MB": `${head}.${"A".repeat(20_000_000)}.${signature}`,
      "700 levels": sign(`${'{"a":'.repeat(700)}1${"}".repeat(700)}`),
      "six levels": sign({ ...claims, a: [[[[[]]]]] }),
      "a payload that is an array": sign([claims]),
      "a payload that is a string": sign(JSON.stringify("text")),
      "a payload that is no JSON": sign("{"),
      "a payload with a byte order mark": sign(`\uFEFF${JSON.stringify(claims)}`),
      "a header that is no JSON": sign(claims, { header: "{" }),
      "a header that is null": sign(claims, { header: "null" })
    },
    "malformed"
  )

  refuses(
    "two members of one name",
    {
      "in the payload": sign(`{"Id":"victim","Id":"1234567890","exp":${claims.exp}}`),
      "escaped in the payload": sign(`{"Id":"victim","\\u0049d":"1234567890","exp":${claims.exp}}`),
      "inside a claim": sign(`{"Id":"1234567890","exp":${claims.exp},"a":{"b":1,"b":1}}`),
      "in the header": sign(claims, { header: '{"alg":"none","alg":"HS256"}' }),
      __proto__: sign(`{"Id":"1234567890","exp":${claims.exp},"__proto__":{"Id":"victim"}}`),
      constructor: sign({ ...claims, constructor: 1 })
    },
    "malformed"
  )

  refuses(
    "text that is not canonical base64url",
    {
      "a newline at the end": `${valid}\n`,
      "a space at the start": ` ${valid}`,
      "a space inside": `${head}.${body}. ${signature}`,
      padding: `${valid}=`,
      "padding inside": `${head}=.${body}.${signature}`,
      "standard base64": `${head}.${body}.${signature.replaceAll("-", "+").replaceAll("_", "/")}+`,
      "another last character of the same bytes": `${head}.${body}.${sameBytes(signature)}`,
      "a length that no bytes have": `${valid}AA`,
      "no signature": `${head}.${body}.`
    },
    "malformed"
  )

  refuses(
    "another algorithm",
    {
      ...Object.fromEntries(
        ["none", "None", "NONE", "nOnE", "hs256", "HS256 ", "", "RS256", "ES256", "EdDSA", "PS256"].map((alg) => [
          `${alg} (signed all the same)`,
          sign(claims, { header: { alg, typ: "JWT" } })
        ])
      ),
      "none, without signature": `${encode({ alg: "none" })}.${body}.`,
      "a number": withHeader({ alg: 256 }),
      "an array": withHeader({ alg: ["HS256"] }),
      absent: sign(claims, { header: { typ: "JWT" } }),
      "HS512, signed rightly": sign(claims, { header: { alg: "HS512" }, hash: "sha512" })
    },
    "algorithm"
  )

  refuses(
    "a header that brings more than it may",
    {
      crit: withHeader({ crit: ["exp"], exp: 1 }),
      "empty crit": withHeader({ crit: [] }),
      "b64 with crit": withHeader({ crit: ["b64"], b64: false }),
      "b64 alone": withHeader({ b64: true }),
      jwk: withHeader({ jwk: { kty: "oct", k: encode(secretText) } }),
      jku: withHeader({ jku: "http://127.0.0.1:1/" }),
      x5u: withHeader({ x5u: "http://127.0.0.1:1/" }),
      x5c: withHeader({ x5c: ["MIIB"] }),
      "null jwk": withHeader({ jwk: null }),
      "a path as kid": withHeader({ kid: "../../dev/null" }),
      "SQL as kid": withHeader({ kid: "' OR 1=1 --" }),
      "NUL in kid": withHeader({ kid: "a\0" }),
      "a long kid": withHeader({ kid: "a".repeat(129) }),
      "an object as kid": withHeader({ kid: { a: 1 } }),
      "another typ": withHeader({ typ: "logout+jwt" }),
      "a number as typ": withHeader({ typ: 1 })
    },
    "malformed"
  )
})

function sameBytes(segment: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  const bytes = Buffer.from(segment, "base64url")
  const others = [...alphabet].map((last) => segment.slice(0, -1) + last)
  return others.find((other) => other !== segment && Buffer.from(other, "base64url").equals(bytes)) ?? segment
}
