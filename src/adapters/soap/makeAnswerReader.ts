import { isBase64 } from "../../domain/Image.ts"
import { type Pair } from "./encodeRequest.ts"
import { readEncryptResponse } from "./readEncryptResponse.ts"

/** What stands before, between and behind the two values of an answer that was read, and which of them comes first. */
interface Shape {
  readonly before: string
  readonly between: string
  readonly behind: string
  readonly first: keyof Pair
}

/**
 * Makes a reader of answers that remembers the shape of the last one that {@link readEncryptResponse} has accepted. Another of that very
 * shape, with other base64 in the two places, is not parsed again: such letters can change nothing but the values.
 */
export const makeAnswerReader = (): ((text: string) => Pair | undefined) => {
  let shape: Shape | undefined
  return (text) => {
    const known = shape === undefined ? undefined : readByShape(text, shape)
    if (known !== undefined) return known
    const pair = readEncryptResponse(text)
    if (pair !== undefined) shape = shapeOf(text, pair)
    return pair
  }
}

const readByShape = (text: string, { before, between, behind, first }: Shape): Pair | undefined => {
  if (!text.startsWith(before) || !text.endsWith(behind)) return undefined
  const middle = text.indexOf(between, before.length)
  if (middle < 0) return undefined
  const one = text.slice(before.length, middle)
  const other = text.slice(middle + between.length, text.length - behind.length)
  if (!isBase64(one) || !isBase64(other)) return undefined
  return first === "phone" ? { phone: one, password: other } : { phone: other, password: one }
}

/** The shape of an answer whose values stand in it as they are, each between two tags and nowhere else. */
const shapeOf = (text: string, { phone, password }: Pair): Shape | undefined => {
  const [phoneAt, passwordAt] = [placeOf(text, phone), placeOf(text, password)]
  if (phoneAt === undefined || passwordAt === undefined || phone === password) return undefined
  const first = phoneAt < passwordAt ? "phone" : "password"
  const [start, end] = [Math.min(phoneAt, passwordAt), Math.max(phoneAt, passwordAt)]
  const [one, other] = first === "phone" ? [phone, password] : [password, phone]
  return {
    before: text.slice(0, start),
    between: text.slice(start + one.length, end),
    behind: text.slice(end + other.length),
    first
  }
}

const placeOf = (text: string, value: string): number | undefined => {
  const at = text.indexOf(`>${value}<`)
  return at >= 0 && at === text.lastIndexOf(`>${value}<`) ? at + 1 : undefined
}
