import { parseArgs } from "node:util"
import type { Seeds } from "./simulateAll.ts"

/** What `npm run simulate` is asked for: to live through many seeds, or through one and tell all of it. */
export type Flags = { readonly replay: number } | { readonly many: Seeds }

/** Reads the arguments after `npm run simulate --`. Throws where one is unknown or no whole number. */
export const readFlags = (args: ReadonlyArray<string>): Flags => {
  const { seed, seeds } = parseArgs({ args: [...args], options }).values
  if (seed !== undefined && seeds === undefined) return { replay: whole("seed", seed) }
  return { many: { first: whole("seed", seed ?? "1"), count: whole("seeds", seeds ?? "5000") } }
}

const options = { seed: { type: "string" }, seeds: { type: "string" } } as const

const whole = (name: string, text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} must be a whole number above 0`)
  return value
}
