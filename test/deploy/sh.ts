import { run } from "../../src/local/processes.ts"

/** Runs a shell script in a folder. A command that fails ends it, and is an error. */
export const sh = (folder: string, script: string, env: Readonly<Record<string, string>> = {}) =>
  run({ name: script, file: "sh", args: ["-ec", `cd '${folder}'\n${script}`], env })
