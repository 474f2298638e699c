import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { readAnswer } from "../../../src/adapters/tokenapi/readAnswer.ts"

const now = 1_800_000_000
const claims = { Id: "1234567890", iat: now - 10, exp: now + 3600 }

const read = (status: number, body: string) =>
  Result.match(readAnswer({ status, body }, now * 1000), {
    onSuccess: ({ id, expiresAt }) => `${id} ${expiresAt}`,
    onFailure: (error) => error.message
  })
const verdict = (members: object) =>
  read(200, JSON.stringify({ Status: true, Response: "Valid token", Id: claims, ...members }))
const withClaims = (members: object) => verdict({ Id: { ...claims, ...members } })
const good = `1234567890 ${claims.exp * 1000}`
const bad = "VerifierUnavailable: badAnswer"

describe("readAnswer", () => {
  it("gives every status its meaning, whatever its body", () => {
    for (const body of ["", "<html>", JSON.stringify({ Status: true, Id: claims })])
      for (let status = 201; status < 700; status++) {
        const overloaded = status === 408 || status === 429 || (status >= 500 && status < 600)
        const expected = status === 401 ? "InvalidToken: refused" : overloaded ? "VerifierUnavailable: overloaded" : bad
        assert.strictEqual(read(status, body), expected, String(status))
      }
  })

  it.each([
    ["the usual claims", {}],
    ["no iat", { iat: undefined }],
    ["sub in place of Id", { Id: undefined, sub: "1234567890" }],
    ["other claims", { roles: ["a"], iss: "x" }],
    ["an exp within the tolerance", { exp: now - 4 }]
  ])("takes %s", (_, members) => {
    assert.strictEqual(withClaims(members).split(" ")[0], "1234567890")
  })

  it("says whom the token names and until when", () => {
    assert.strictEqual(verdict({}), good)
  })

  it("believes Status false and claims that have expired", () => {
    assert.strictEqual(verdict({ Status: false }), "InvalidToken: refused")
    assert.strictEqual(read(200, '{"Status":false}'), "InvalidToken: refused")
    assert.strictEqual(withClaims({ exp: now - 5 }), "InvalidToken: expired")
    assert.strictEqual(withClaims({ exp: -1 }), "InvalidToken: expired")
  })

  it("condemns a token that names two users, or what cannot be one", () => {
    assert.strictEqual(withClaims({ sub: "1234567891" }), "InvalidToken: claims")
    for (const Id of ["", "1 ", "é", "x".repeat(101)]) assert.strictEqual(withClaims({ Id }), "InvalidToken: claims")
  })

  it.each(
    [
      "",
      "null",
      "true",
      "[]",
      "{}",
      '"Valid token"',
      "<html></html>",
      '{"Status":true',
      '{"Status":"true"}',
      '{"Status":1}'
    ].concat(
      `{"Status":false,"Status":true,"Id":${JSON.stringify(claims)}}`,
      `{"Status":true,"Id":{"Id":"victim","Id":"1234567890","exp":${claims.exp}}}`,
      "[".repeat(60_000)
    )
  )("makes nothing of the body %s", (body) => {
    assert.strictEqual(read(200, body), bad)
  })

  it.each([undefined, null, true, "1234567890", 1_234_567_890, [], [claims], {}])("makes nothing of the claims %s", (Id) => {
    assert.strictEqual(verdict({ Id }), bad)
  })

  it.each([
    { Id: undefined },
    { Id: null },
    { Id: 1_234_567_890 },
    { Id: ["1234567890"] },
    { Id: { $ne: "" } },
    { sub: 1_234_567_890 },
    { exp: undefined },
    { exp: null },
    { exp: String(claims.exp) },
    { exp: claims.exp + 0.5 },
    { exp: 1e308 },
    { iat: String(claims.iat) },
    { iat: 0.5 }
  ])("makes nothing of claims with %j", (members) => {
    assert.strictEqual(withClaims(members), bad)
  })
})
