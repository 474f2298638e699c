import { Result, Schema } from "effect"
import { InvalidToken } from "../../domain/Errors.ts"
import { type JsonObject } from "../../domain/JsonObject.ts"
import { isCanonicalBase64url } from "./base64url.ts"
import { readSegment } from "./readSegment.ts"

const maxLength = 8 * 1024

/** Which key a token asks for, in its header: the algorithm, and the key's name in a key set where it gives one; and what it claims. */
export interface Wanted<Algorithm extends string> {
  readonly algorithm: Algorithm
  readonly kid: string | undefined
  readonly payload: JsonObject
}

/**
 * Reads the text of a compact JWS (RFC 7515, 7.1) more strictly than JOSE libraries do, before any key is used: at most 8 KiB, three
 * segments of canonical base64url (RFC 4648, 5, no padding), header and payload unambiguous JSON objects, nothing in the header that
 * brings a key or changes how the rest is read. `InvalidToken` is `algorithm` where `alg` is not one of those given, else `malformed`.
 */
export const checkStrictJwt = <Algorithm extends string>(
  text: string,
  algorithms: ReadonlyArray<Algorithm>
): Result.Result<Wanted<Algorithm>, InvalidToken> => {
  const segments = text.length <= maxLength ? text.split(".", 4) : []
  const header = readSegment(segments[0])
  if (segments.length !== 3 || header === undefined) return invalid("malformed")
  const algorithm = algorithms.find((name) => name === header["alg"])
  if (algorithm === undefined) return invalid("algorithm")
  const payload = readSegment(segments[1])
  return payload !== undefined && isCanonicalBase64url(segments[2] ?? "") && isStrictHeader(header)
    ? Result.succeed({ algorithm, kid: header.kid, payload })
    : invalid("malformed")
}

/** What names a key (RFC 7515, 4.1.4). It is data, for comparing and nothing else. */
export const KeyId = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,128}$/u))

/** What a header may say; `typ` is a media type (RFC 9068, 2.1). */
const StrictHeader = Schema.Struct({
  alg: Schema.String,
  kid: Schema.optionalKey(KeyId),
  typ: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^(?:at\+)?jwt$/iu))),
  crit: Schema.optionalKey(Schema.Never),
  b64: Schema.optionalKey(Schema.Never),
  jwk: Schema.optionalKey(Schema.Never),
  jku: Schema.optionalKey(Schema.Never),
  x5u: Schema.optionalKey(Schema.Never),
  x5c: Schema.optionalKey(Schema.Never)
})

const invalid = (reason: InvalidToken["reason"]) => Result.fail(new InvalidToken({ reason }))

const isStrictHeader = Schema.is(StrictHeader)
