/**
 * Whether the 32 bytes of an Ed25519 public key are a point of small order (RFC 8032, 5.1; RFC 7748, 6.1), for which anyone can sign.
 * These are the eight such points in all their encodings, but for the sign bit, which does not matter.
 */
export const isWeakPoint = (bytes: Uint8Array): boolean => {
  const unsigned = Uint8Array.from(bytes, (byte, index) => (index === 31 ? byte & 0x7f : byte))
  return weak.has(Buffer.from(unsigned).toString("hex"))
}

const weak: ReadonlySet<string> = new Set([
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
])
