import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { Effect, type Scope } from "effect"
import { atExit } from "./atExit.ts"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"

/** Where Debian asks whether a package that is being installed may start its service (invoke-rc.d(8)). */
const policyFile = "/usr/sbin/policy-rc.d"

/** Until the scope closes, packages start no service when they are installed. What stood in `file` before is put back as it was. */
export const withoutServices = (file = policyFile): Effect.Effect<void, LocalStackError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => forbid(file),
      catch: () => localStackError("failed", `Could not write ${file}, which keeps apt from starting services.`)
    }),
    () => Effect.sync(() => restore(file))
  ).pipe(Effect.andThen(atExit(() => restore(file))))

const mark = "# Written by user-update-service while it installs packages; it may be removed."

const forbid = (file: string) => {
  if (existsSync(file) && !isOurs(file)) renameSync(file, saved(file))
  writeFileSync(file, `#!/bin/sh\n${mark}\nexit 101\n`)
  chmodSync(file, 0o755)
}

const restore = (file: string) => {
  if (existsSync(file) && isOurs(file)) rmSync(file)
  if (existsSync(saved(file)) && !existsSync(file)) renameSync(saved(file), file)
}

const isOurs = (file: string) => readFileSync(file, "utf8").includes(mark)

const saved = (file: string) => `${file}.saved-by-user-update-service`
