import { Context, Logger, References } from "effect"

/** Services that make every log line of a fiber, of whatever level, one more element of `lines`. */
export const recordingLogger = (lines: Array<string>) =>
  Context.make(Logger.CurrentLoggers, new Set([Logger.map(Logger.formatJson, (line) => void lines.push(line))])).pipe(
    Context.add(References.MinimumLogLevel, "All")
  )
