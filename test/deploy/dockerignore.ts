import { readFileSync } from "node:fs"
import { basename, resolve } from "node:path"
import { project } from "./dockerfile.ts"

const lines = readFileSync(resolve(project, ".dockerignore"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))

/** Whether everything is left out unless it is named, which the two below take for granted. */
export const leavesOutAll = lines[0] === "*"

/** The files and folders of the project that are sent to the engine. */
export const sent: ReadonlyArray<string> = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1))

const names = lines
  .filter((line) => line.startsWith("**/"))
  .map(
    (line) =>
      new RegExp(
        `^${line
          .slice(3)
          .replaceAll(".", String.raw`\.`)
          .replaceAll("*", ".*")}$`,
        "u"
      )
  )

/** Whether a file or folder within one of those is sent too: not where its name is left out. */
export const isSent = (path: string): boolean => !names.some((name) => name.test(basename(path)))
