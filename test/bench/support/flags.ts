import { parseArgs } from "node:util"
import type { Extent } from "./compare.ts"

/** What `npm run bench` is asked for. */
export interface Flags extends Extent {
  readonly what: "comparison" | "concurrency" | "profile"
  readonly json: boolean
}

/** Reads the arguments after `npm run bench --`. Throws where one is unknown or no positive number. */
export const readFlags = (args: ReadonlyArray<string>): Flags => {
  const { values } = parseArgs({ args: [...args], options })
  const { rounds, jobs, seconds, json, concurrency, profile } = values
  return {
    what: concurrency ? "concurrency" : profile ? "profile" : "comparison",
    json,
    rounds: positive("rounds", rounds),
    jobs: positive("jobs", jobs),
    seconds: positive("seconds", seconds)
  }
}

const options = {
  rounds: { type: "string", default: "5" },
  jobs: { type: "string", default: "5000" },
  seconds: { type: "string", default: "10" },
  json: { type: "boolean", default: false },
  concurrency: { type: "boolean", default: false },
  profile: { type: "boolean", default: false }
} as const

const positive = (name: string, text: string) => {
  const value = Number(text)
  if (!(value > 0 && value < Infinity)) throw new Error(`--${name} must be a positive number`)
  return value
}
