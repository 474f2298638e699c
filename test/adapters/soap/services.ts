import { Effect } from "effect"
import { type EncryptionFailed } from "../../../src/domain/Errors.ts"

const passwordIn = (request: string) => /<password>(.*)<\/password>/su.exec(request)?.[1] ?? ""
/** Reads as a parser of XML does, as far as a probe can tell. */
export const strict = (text: string) => text.replaceAll("&amp;", "&")
/** Reads what stands there. */
export const literal = (text: string) => text

/** A service that reads in one way and whose ciphertexts have one length for each length of text. `before` runs first, each time. */
export const service = (
  read: (text: string) => string,
  size: (length: number) => number,
  before: (asked: number) => Effect.Effect<void, EncryptionFailed> = () => Effect.void
) => {
  const asked: Array<string> = []
  return {
    asked,
    exchange: (request: string) =>
      Effect.gen(function* () {
        const password = passwordIn(request)
        yield* before(asked.push(password))
        return { phone: "QQ==", password: Buffer.alloc(size(read(password).length)).toString("base64") }
      })
  }
}

/** The bytes of ciphertext that each mode of AES makes of a text, with what goes with it. */
export const cfb = (length: number) => length
export const gcm = (length: number) => length + 28
export const cbc = (length: number) => 16 + length + 16 - (length % 16)
