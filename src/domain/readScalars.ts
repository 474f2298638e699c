import { Predicate } from "effect"
import { type JsonObject } from "./JsonObject.ts"

/**
 * Reads JSON text of one object whose members are strings, numbers, booleans or null, no two of one name, none named `__proto__`,
 * `constructor` or `prototype`; `undefined` for any other text. Unlike `readJsonObject` it takes strings of many megabytes.
 */
export const readScalars = (text: string): JsonObject | undefined => {
  const value = parse(text)
  if (!Predicate.isObject(value)) return undefined
  const [names, members] = [Object.keys(value), Object.values(value)]
  const strings = names.length + members.filter((member) => typeof member === "string").length
  return countQuotes(text) === strings * 2 &&
    !members.some(Predicate.isObjectOrArray) &&
    !forbidden.some((name) => names.includes(name))
    ? value
    : undefined
}

const forbidden = ["__proto__", "constructor", "prototype"]

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const countQuotes = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) if (!isEscaped(text, at)) count++
  return count
}

const isEscaped = (text: string, at: number): boolean => {
  let first = at
  while (text.charAt(first - 1) === "\\") first--
  return (at - first) % 2 === 1
}
