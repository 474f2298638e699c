import { Redacted } from "effect"

/**
 * Why a text cannot be the secret of HS256, or nothing if it can: it has at least 32 bytes of UTF-8 (RFC 7518, 3.2), and it is no PEM
 * text, as a public key that anyone may have would then sign tokens (RFC 8725, 2.1). The sentence never quotes the secret.
 */
export const secretProblem = (secret: Redacted.Redacted): string | undefined => {
  const text = Redacted.value(secret)
  if (text.includes("-----BEGIN")) return "must be a shared secret, not the PEM text of a key or certificate"
  const bytes = Buffer.byteLength(text)
  return bytes < 32 ? `must have at least 32 bytes (RFC 7518, 3.2), has ${bytes}` : undefined
}
