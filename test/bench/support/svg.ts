/** One line of a plot. `dashed` tells two lines of one contender apart. */
export interface Series {
  readonly name: string
  readonly color: "ours" | "plain"
  readonly dashed?: boolean
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
}

/** A plot of lines over a linear x axis and a y axis that begins at 0. */
export interface Plot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly series: ReadonlyArray<Series>
}

/** Draws a plot as an SVG document that can be read on light and on dark pages. */
export const drawSvg = (plot: Plot): string => {
  const points = plot.series.flatMap(({ points }) => points)
  const across = scale(Math.max(1, ...points.map(([x]) => x)), frame.left, frame.right)
  const up = scale(Math.max(1, ...points.map(([, y]) => y)), frame.bottom, frame.top)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" role="img" aria-label="${escape(plot.title)}">
<style>text { font: 12px system-ui, sans-serif; fill: #7d8590 } .title { font-size: 14px; font-weight: 600 }</style>
<text class="title" x="${frame.left}" y="20">${escape(plot.title)}</text>
${up.ticks.map((tick) => gridLine(up.at(tick), tick)).join("\n")}
${across.ticks.map((tick) => text(across.at(tick), frame.bottom + 18, "middle", label(tick))).join("\n")}
${text((frame.left + frame.right) / 2, 350, "middle", plot.x)}
${text(frame.left, 40, "start", plot.y)}
${plot.series.map((series, index) => drawSeries(series, index, across.at, up.at)).join("\n")}
</svg>
`
}

const frame = { left: 60, right: 500, top: 52, bottom: 312 } as const

const colors = { ours: "#1f9d6b", plain: "#c9772b" } as const

interface Scale {
  readonly at: (value: number) => number
  readonly ticks: ReadonlyArray<number>
}

const scale = (largest: number, from: number, to: number): Scale => {
  const step = niceStep(largest / 5)
  const end = Math.ceil(largest / step) * step
  return {
    at: (value) => round(from + (value / end) * (to - from)),
    ticks: Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step)
  }
}

const niceStep = (rough: number) => {
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  return magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10)
}

const drawSeries = ({ name, color, dashed, points }: Series, index: number, x: Scale["at"], y: Scale["at"]) => {
  const stroke = `fill="none" stroke="${colors[color]}" stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ""}`
  const line = points.map(([valueX, valueY]) => `${x(valueX)},${y(valueY)}`).join(" ")
  const height = frame.top + 10 + index * 22
  return [
    `<polyline points="${line}" ${stroke}/>`,
    ...(points.length > 20
      ? []
      : points.map(([valueX, valueY]) => `<circle cx="${x(valueX)}" cy="${y(valueY)}" r="3" fill="${colors[color]}"/>`)),
    `<line x1="515" x2="540" y1="${height}" y2="${height}" ${stroke}/>`,
    text(547, height + 4, "start", name)
  ].join("\n")
}

const gridLine = (y: number, tick: number) =>
  `<line x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}" stroke="#7d8590" stroke-opacity="0.3"/>` +
  text(frame.left - 8, y + 4, "end", label(tick))

const text = (x: number, y: number, anchor: "start" | "middle" | "end", content: string) =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${escape(content)}</text>`

const label = (value: number) => (Number.isInteger(value) ? value.toLocaleString("en") : String(round(value)))

const round = (value: number) => Math.round(value * 10) / 10

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }
const escape = (text: string) => text.replace(/[&<>"]/gu, (letter) => escapes[letter] ?? letter)
