/** An `EncryptResponse` as the contract has it. */
export const body = (phone = "QQ==", password = "Qg==") =>
  `<EncryptResponse xmlns="http://encrypt.com/"><EncryptedPhone>${phone}</EncryptedPhone>` +
  `<EncryptedPassword>${password}</EncryptedPassword></EncryptResponse>`

/** A SOAP 1.1 envelope, unless its attributes say otherwise. */
export const envelope = (content: string, attributes = `xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"`) =>
  `<soap:Envelope ${attributes}><soap:Body>${content}</soap:Body></soap:Envelope>`

/** An answer that is in order, with the two values `QQ==` and `Qg==`. */
export const good = envelope(body())

/** A source of the same numbers from 0 to 1 in every run (mulberry32), so that what fails once fails again. */
export const numbers = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
