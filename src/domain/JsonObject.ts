import { Predicate } from "effect"

/** A JSON object whose text was read by {@link readJsonObject}. */
export type JsonObject = Readonly<Record<string, unknown>>

const maxDepth = 5
const stringToken = /"(?:[^"\\]|\\.)*"[ \t\n\r]*(:?)/gu
const forbidden: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"])

/**
 * Reads JSON text that two readers cannot understand differently: one object, no two members of one name anywhere in it (RFC 7515,
 * 4; RFC 7519, 4), at most five levels deep, no member named `__proto__`, `constructor` or `prototype`. `undefined` for any other
 * text. It takes time linear in the text's length, which the caller bounds.
 */
export const readJsonObject = (text: string): JsonObject | undefined => {
  const value = parse(text)
  if (!Predicate.isObject(value) || isDeeperThan(maxDepth, value)) return undefined
  const names = memberNames(value)
  return names.length === countNames(text) && !names.some((name) => forbidden.has(name)) ? value : undefined
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isDeeperThan = (depth: number, value: unknown): boolean =>
  Predicate.isObjectOrArray(value) && (depth === 0 || Object.values(value).some((member) => isDeeperThan(depth - 1, member)))

const memberNames = (value: unknown): ReadonlyArray<string> =>
  Predicate.isObjectOrArray(value)
    ? [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap((member) => memberNames(member))]
    : []

const countNames = (text: string): number => [...text.matchAll(stringToken)].filter(([, colon]) => colon === ":").length
