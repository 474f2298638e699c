import { encryptNamespace } from "../../domain/encryptWsdl.ts"

/**
 * How the encryption service reads what lies between two tags: `strict` undoes XML escapes, `literal` takes it as it stands, and of
 * one that is `undetermined` nobody knows (README, wire contract 3).
 */
export type Dialect = "strict" | "literal" | "undetermined"

/** Phone and password as plain text, or as base64 ciphertexts. */
export interface Pair {
  readonly phone: string
  readonly password: string
}

/** Whether a service of either dialect reads the values alike, so that the dialect need not be known. */
export const isPlain = ({ phone, password }: Pair): boolean => !/[&<>]/u.test(phone + password)

/**
 * Whether XML can carry the values unchanged: only its characters (XML 1.0, 2.2), and no carriage return, which a parser makes a line
 * feed (2.11).
 */
const isSayable = ({ phone, password }: Pair): boolean =>
  /^[\t\n\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(phone + password)

/** The request as a service of this dialect reads it, or nothing where a value would not come out as it is. */
export const encodeRequest = (pair: Pair, dialect: Dialect): string | undefined => {
  if (!isSayable(pair)) return undefined
  const encode = isPlain(pair) ? asIs : encoders[dialect]
  const phone = encode(pair.phone)
  const password = encode(pair.password)
  if (phone === undefined || password === undefined) return undefined
  return `<EncryptRequest xmlns="${encryptNamespace}"><phone>${phone}</phone><password>${password}</password></EncryptRequest>`
}

const asIs = (text: string) => text

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

const encoders: Readonly<Record<Dialect, (text: string) => string | undefined>> = {
  strict: (text) => text.replace(/[&<>]/gu, (letter) => escapes[letter] ?? letter),
  literal: (text) => (/[<>]/u.test(text) ? undefined : text),
  undetermined: (text) => (/[&<>]/u.test(text) ? undefined : text)
}
