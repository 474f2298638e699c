import { type Readable } from "node:stream"

const characters = 8_000
const lines = 12

/** Keeps the end of what the streams bring, in order of arrival; the function gives it as at most twelve lines. */
export const keepLastLines = (...streams: ReadonlyArray<Readable>): (() => string) => {
  let text = ""
  for (const stream of streams)
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-characters)
    })
  return () => text.trimEnd().split("\n").slice(-lines).join("\n")
}
