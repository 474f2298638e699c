import { cpus } from "node:os"
import { median } from "./statistics.ts"

/** One figure of both, round by round. */
export interface Figure {
  readonly name: string
  readonly ours: ReadonlyArray<number>
  readonly plain: ReadonlyArray<number>
}

/** The comparison as a table for people: medians, and in brackets the smallest and the largest of all rounds. */
export const asText = (title: string, figures: ReadonlyArray<Figure>): string => {
  const rows = [["", "ours", "plain", "ours / plain"], ...figures.map(row)]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd()
  )
  return [title, machine(), "", ...lines].join("\n")
}

/** The same for programs: every figure with its medians and all of its rounds. */
export const asJson = (title: string, figures: ReadonlyArray<Figure>): string =>
  JSON.stringify({ title, machine: machine(), figures: figures.map(summary) }, undefined, 2)

const summary = ({ name, ours, plain }: Figure) => ({
  name,
  ours: spread(ours),
  plain: spread(plain),
  ratio: spread(ours.map((value, round) => value / (plain[round] ?? Number.NaN)))
})

const spread = (rounds: ReadonlyArray<number>) => ({ median: median(rounds), rounds })

const row = (figure: Figure) => {
  const { name, ours, plain, ratio } = summary(figure)
  return [name, show(ours), show(plain), show(ratio)]
}

const show = ({ median, rounds }: ReturnType<typeof spread>) =>
  `${short(median)} (${short(Math.min(...rounds))} to ${short(Math.max(...rounds))})`

const short = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2))

const machine = () => `Node.js ${process.version}, ${process.platform}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}`
