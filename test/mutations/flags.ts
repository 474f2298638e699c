import { parseArgs } from "node:util"
import { promises } from "./Mutant.ts"
import type { Broken } from "./mutants.ts"

/** What `npm run mutations` is asked for: which mutants, and whether only to list them. */
export interface Flags {
  readonly list: boolean
  readonly isChosen: (mutant: Broken) => boolean
}

/** Reads the arguments after `npm run mutations --`. Throws where one is unknown, or there is no such promise. */
export const readFlags = (args: ReadonlyArray<string>): Flags => {
  const { list, only, promise } = parseArgs({ args: [...args], options }).values
  if (promise !== undefined && !Object.hasOwn(promises, promise))
    throw new Error(`--promise must be one of ${Object.keys(promises).join(", ")}`)
  return {
    list,
    isChosen: (mutant) => (promise === undefined || mutant.promise === promise) && mutant.name.includes(only ?? "")
  }
}

const options = {
  promise: { type: "string" },
  only: { type: "string" },
  list: { type: "boolean", default: false }
} as const
