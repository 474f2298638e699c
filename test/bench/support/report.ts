import { cpus } from "node:os"
import type { Measured } from "../rows/table.ts"
import type { Target } from "./Measurement.ts"
import { layOut } from "./layOut.ts"
import { type Spread, spreadOf } from "./statistics.ts"

/** The table for people: medians of all rounds, in brackets where the middle half of them lies. */
export const asText = (title: string, table: ReadonlyArray<Measured>): string => {
  const heads = ["", "ours", "beside it", "ratio", "target", "met", "a round"]
  const lines = layOut([heads, ...table.map(cellsOf)])
  const notes = table.flatMap(({ row: { name }, readings }) =>
    readings.flatMap(({ note }, round) => (note === undefined ? [] : [`${name}, round ${round + 1}: ${note}`]))
  )
  return [title, machine(), "", ...lines, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n")
}

/** The same for programs: each row with its spreads, its rounds, and whether it met its target. */
export const asJson = (title: string, table: ReadonlyArray<Measured>): string =>
  JSON.stringify({ title, machine: machine(), rows: table.map(summarise) }, undefined, 2)

/** What a run was on. */
export const machine = () =>
  `Node.js ${process.version}, ${process.platform}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}`

/** A row with the spreads of its rounds, the ratio being that within each round. */
const summarise = ({ key, row, readings, took }: Measured) => {
  const ours = spreadOf(readings.map(({ ours }) => ours))
  const against = readings.flatMap(({ against }) => against ?? [])
  const ratio = spreadOf(readings.flatMap(({ ours, against }) => (against === undefined ? [] : ours / against)))
  const beside = row.against === undefined ? {} : { beside: spreadOf(against), ratio }
  const met = isMet(row.target, row.target.of === "ratio" ? ratio.median : ours.median)
  return { key, ...row, readings, took, ours, ...beside, met }
}

const isMet = ({ is, bound }: Target, value: number) => (is === "at least" ? value >= bound : value <= bound)

const cellsOf = (measured: Measured) => {
  const { name, unit, against = "", target, ours, beside, ratio, met, took } = summarise(measured)
  return [
    name,
    `${show(ours)} ${unit}`.trimEnd(),
    beside === undefined ? "" : `${against}: ${show(beside)}`,
    ratio === undefined ? "" : show(ratio),
    `${target.is} ${target.bound}${target.of === "ratio" ? " ×" : ` ${unit}`.trimEnd()}`,
    met ? "yes" : "no",
    `${took.toFixed(0)} s`
  ]
}

const show = ({ median, lower, upper }: Spread) => `${short(median)} (${short(lower)} to ${short(upper)})`

const short = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(value < 1 ? 2 : 3))
