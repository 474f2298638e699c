import { Schema } from "effect"
import { isCanonicalBase64url } from "./base64url.ts"
import { readSegment } from "./readSegment.ts"

/** The one way to agree on a key, and the one to encrypt with it (RFC 7518, 4.6 and 5.3), that jobs are sealed with. */
export const algorithm = "ECDH-ES"
export const encryption = "A256GCM"

const longestHeader = 1024

/**
 * Reads the text of a compact JWE (RFC 7516, 7.1) more strictly than JOSE libraries do, before any key is used: five segments of
 * canonical base64url, no encrypted key, 96 bits of IV and 128 of tag, a header of at most 1 KiB with `alg`, `enc`, `kid` and `epk` on
 * P-256 and nothing else. The `kid`, or `undefined` for any other text.
 */
export const checkStrictJwe = (text: string): string | undefined => {
  const [header = "", encryptedKey, iv = "", ciphertext = "", tag = "", more] = text.split(".", 6)
  if (encryptedKey !== "" || iv.length !== 16 || tag.length !== 22 || more !== undefined) return undefined
  const read = header.length <= longestHeader ? readSegment(header) : undefined
  return isStrictHeader(read) && [iv, tag, ciphertext].every(isCanonicalBase64url) ? read.kid : undefined
}

const Coordinate = Schema.String.check(
  Schema.makeFilter((text) => text.length === 43 && isCanonicalBase64url(text), { expected: "32 bytes in base64url" })
)

const StrictHeader = Schema.Struct({
  alg: Schema.Literal(algorithm),
  enc: Schema.Literal(encryption),
  kid: Schema.String,
  epk: Schema.Struct({ kty: Schema.Literal("EC"), crv: Schema.Literal("P-256"), x: Coordinate, y: Coordinate })
})

const decodeHeader = Schema.decodeUnknownOption(StrictHeader, { onExcessProperty: "error" })
const isStrictHeader = (header: unknown): header is typeof StrictHeader.Type => decodeHeader(header)._tag === "Some"
