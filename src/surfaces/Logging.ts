import { Layer, Logger, References } from "effect"

/** How lines are written, and the least important level that is (`LOG_FORMAT`, `LOG_LEVEL`). */
export interface LogOptions {
  readonly format: "json" | "pretty"
  readonly level: "debug" | "info" | "warn" | "error"
}

/** Writes log lines to stdout: one flat JSON object a line, or text for people. */
export const layer = ({ format, level }: LogOptions): Layer.Layer<never> =>
  Layer.mergeAll(
    Logger.layer([format === "json" ? json : Logger.consolePretty()]),
    Layer.succeed(References.MinimumLogLevel, levels[level])
  )

const levels = { debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

const json = Logger.map(Logger.formatStructured, ({ timestamp, level, message, annotations }) =>
  writeLine(JSON.stringify({ timestamp, level, message, ...annotations }))
)

let lines = ""

const writeLine = (line: string) => {
  if (lines === "") setImmediate(writeOut)
  lines += `${line}\n`
}

const writeOut = () => {
  process.stdout.write(lines)
  lines = ""
}

process.once("exit", () => (lines === "" ? undefined : writeOut()))
