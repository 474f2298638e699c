import { type Way } from "./ways.ts"

type Change = (valid: Buffer, algorithm: Way["algorithm"]) => Buffer | undefined

const onlyFor =
  (algorithm: Way["algorithm"], change: (valid: Buffer) => Buffer): Change =>
  (valid, other) =>
    other === algorithm ? change(valid) : undefined

const hex = (text: string) => Buffer.from(text, "hex")
const zero = Buffer.alloc(32)
const one = hex(`${"00".repeat(31)}01`)
/** The order of P-256, its field's prime, and the order of Ed25519 (FIPS 186-5; RFC 8032, 5.1). */
const n = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
const p = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
const l = 2n ** 252n + 27742317777372353535851937790883648493n

const r = (valid: Buffer) => valid.subarray(0, 32)
const s = (valid: Buffer) => valid.subarray(32)
const es256 = (make: (valid: Buffer) => readonly [Buffer, Buffer]) => onlyFor("ES256", (valid) => Buffer.concat(make(valid)))
const numberOf = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`)
const bytesOf = (number: bigint, length = 32) => hex(number.toString(16).padStart(length * 2, "0"))

const integer = (bytes: Buffer) => {
  const body = (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
  return Buffer.concat([Buffer.from([2, body.length]), body])
}
const der = (valid: Buffer) => {
  const body = Buffer.concat([integer(r(valid)), integer(s(valid))])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

/** How good signatures are made into bad ones, after the vectors of Wycheproof. `undefined` where it makes no sense. */
export const badSignatures: Readonly<Record<string, Change>> = {
  "all zero": (valid) => Buffer.alloc(valid.length),
  "all ones": (valid) => Buffer.alloc(valid.length, 0xff),
  "one byte short": (valid) => valid.subarray(0, -1),
  "one byte long": (valid) => Buffer.concat([valid, Buffer.alloc(1)]),
  "a zero in front": (valid) => Buffer.concat([Buffer.alloc(1), valid]),
  half: (valid) => valid.subarray(0, valid.length / 2),
  twice: (valid) => Buffer.concat([valid, valid]),
  "one byte": () => Buffer.alloc(1),
  backwards: (valid) => Buffer.from(valid.toReversed()),
  "the first bit": (valid) => Buffer.concat([Buffer.from([(valid[0] ?? 0) ^ 0x80]), valid.subarray(1)]),
  "the last bit": (valid) => Buffer.concat([valid.subarray(0, -1), Buffer.from([(valid.at(-1) ?? 0) ^ 1])]),
  "r = s = 0": es256(() => [zero, zero]),
  "r = s = 1": es256(() => [one, one]),
  "r = 0": es256((valid) => [zero, s(valid)]),
  "s = 0": es256((valid) => [r(valid), zero]),
  "r = n": es256((valid) => [n, s(valid)]),
  "s = n": es256((valid) => [r(valid), n]),
  "r = s = n": es256(() => [n, n]),
  "r = n, s = 0": es256(() => [n, zero]),
  "r = p": es256((valid) => [p, s(valid)]),
  "r and s swapped": es256((valid) => [s(valid), r(valid)]),
  "r - n, as two's complement": es256((valid) => [bytesOf(2n ** 256n + numberOf(r(valid)) - numberOf(n)), s(valid)]),
  "r + n": es256((valid) => [bytesOf(numberOf(r(valid)) + numberOf(n), 33), Buffer.concat([Buffer.alloc(1), s(valid)])]),
  DER: onlyFor("ES256", der),
  "DER of r = s = 0": onlyFor("ES256", () => hex("3006020100020100")),
  "48 bytes each, as in ES384": es256((valid) => [
    Buffer.concat([Buffer.alloc(16), r(valid)]),
    Buffer.concat([Buffer.alloc(16), s(valid)])
  ]),
  "S + L": onlyFor("EdDSA", (valid) => {
    const sum = numberOf(Buffer.from(s(valid).toReversed())) + l
    return Buffer.concat([r(valid), Buffer.from(bytesOf(sum).toReversed())])
  }),
  "R of small order, S = 0": onlyFor("EdDSA", () => Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])),
  "the number 1": onlyFor("RS256", (valid) => bytesOf(1n, valid.length)),
  "the padding of PKCS #1 without a power": onlyFor("RS256", (valid) =>
    Buffer.concat([hex("0001"), Buffer.alloc(valid.length - 54, 0xff), hex("003031300d060960864801650304020105000420"), zero])
  )
}
