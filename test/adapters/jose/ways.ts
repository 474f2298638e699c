import { createHmac } from "node:crypto"
import { Effect, Layer, Redacted } from "effect"
import * as TokenVerifierJwks from "../../../src/adapters/jose/TokenVerifierJwks.ts"
import * as TokenVerifierSecret from "../../../src/adapters/jose/TokenVerifierSecret.ts"
import { type Expected } from "../../../src/adapters/jose/judgeClaims.ts"
import { type Answer, HttpExchange, type NoAnswer } from "../../../src/services/HttpExchange.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import { type TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import { type Algorithm, algorithms, keySetOf, makeKey, signBytes, type SigningKey } from "../../support/issuer.ts"
import { encode, secretText } from "./tokens.ts"

/** The moment of the tests, in seconds since 1970, and the claims of a good token then. */
export const now = 1_800_000_000
export const claims = { Id: "1234567890", iat: now - 10, exp: now + 3600 }

/** A way to verify tokens here, and how its issuer signs. */
export interface Way {
  readonly algorithm: "HS256" | Algorithm
  readonly key: SigningKey | undefined
  readonly header: Readonly<Record<string, unknown>>
  readonly signature: (signed: string) => Buffer
  readonly layer: (expected?: Expected) => Layer.Layer<TokenVerifier>
}

/** An exchange whose GETs are answered so. */
export const answering = (get: () => Effect.Effect<Answer, NoAnswer>): Layer.Layer<HttpExchange> =>
  Layer.succeed(HttpExchange, { get, post: () => Effect.never, endedConnections: () => 0 })

/** The verifier of a key set that is always there. */
export const jwksLayer = (keySet: string, expected: Expected = {}): Layer.Layer<TokenVerifier> =>
  TokenVerifierJwks.layer({ url: "https://issuer.example/jwks.json", ...expected }).pipe(
    Layer.provide([answering(() => Effect.succeed({ status: 200, body: keySet })), BreakersMock.layer])
  )

const keys = algorithms.map((algorithm) => makeKey(algorithm))

/** All ways: the secret, and one key set that has a key for each of its algorithms. */
export const ways: ReadonlyArray<Way> = [
  {
    algorithm: "HS256",
    key: undefined,
    header: { alg: "HS256", typ: "JWT" },
    signature: (signed) => createHmac("sha256", secretText).update(signed).digest(),
    layer: (expected = {}) => TokenVerifierSecret.layer({ secret: Redacted.make(secretText), ...expected })
  },
  ...keys.map((key) => ({
    algorithm: key.algorithm,
    key,
    header: { alg: key.algorithm, typ: "JWT", kid: key.kid },
    signature: (signed: string) => signBytes[key.algorithm](Buffer.from(signed), key.privateKey),
    layer: (expected: Expected = {}) => jwksLayer(keySetOf(...keys), expected)
  }))
]

/** A token as a way's issuer signs it, of whatever is given: objects become JSON, text stays. */
export const token = (way: Way, payload: unknown = claims, header: unknown = way.header): string => {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${way.signature(signed).toString("base64url")}`
}
