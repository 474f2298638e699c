import { parseArgs } from "node:util"
import { type MeasurementName, measurements } from "../rows/table.ts"
import { type Extent, short, whole } from "./extent.ts"

/** What `npm run bench` is asked for. */
export interface Flags {
  readonly what: "table" | "growth" | "plots" | "profile"
  readonly only: ReadonlyArray<MeasurementName>
  readonly extent: Extent
  /** Whether growth is measured up to the largest sizes. */
  readonly full: boolean
  /** Whether everything is as small as can be. */
  readonly short: boolean
  /** The file that the JSON goes to: `-` is standard output, in the place of the text. */
  readonly json: string | undefined
  /** The folder that plots, or the budget, are written to. */
  readonly folder: string
}

/** Reads the arguments after `npm run bench --`. Throws where one is unknown, no positive number, or names no row. */
export const readFlags = (args: ReadonlyArray<string>): Flags => {
  const { values } = parseArgs({ args: [...args], options })
  const base = values.short ? short : whole
  return {
    what: values.growth ? "growth" : values.plots !== undefined ? "plots" : values.profile ? "profile" : "table",
    only: values.only.length === 0 ? names : values.only.flatMap((only) => only.split(",")).map(named),
    extent: {
      ...base,
      rounds: positive("rounds", values.rounds ?? base.rounds),
      jobs: positive("jobs", values.jobs ?? base.jobs),
      seconds: positive("seconds", values.seconds ?? base.seconds),
      rows: positive("rows", values.rows ?? base.rows)
    },
    full: values.full,
    short: values.short,
    json: values.json,
    folder: values.plots ?? values.folder
  }
}

const options = {
  rounds: { type: "string" },
  jobs: { type: "string" },
  seconds: { type: "string" },
  rows: { type: "string" },
  only: { type: "string", multiple: true, default: [] as Array<string> },
  short: { type: "boolean", default: false },
  json: { type: "string" },
  growth: { type: "boolean", default: false },
  full: { type: "boolean", default: false },
  plots: { type: "string" },
  profile: { type: "boolean", default: false },
  folder: { type: "string", default: "test/bench" }
} as const

const names = Object.keys(measurements) as Array<MeasurementName>

const named = (text: string): MeasurementName => {
  const name = names.find((name) => name === text)
  if (name === undefined) throw new Error(`--only must be of ${names.join(", ")}`)
  return name
}

const positive = (name: string, text: string | number) => {
  const value = Number(text)
  if (!(value > 0 && value < Infinity)) throw new Error(`--${name} must be a positive number`)
  return value
}
