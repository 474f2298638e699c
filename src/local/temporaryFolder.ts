import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { atExit } from "./atExit.ts"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"

/** A new folder under the system's temporary one, removed with all that is in it when the scope closes or the process exits. */
export const temporaryFolder: Effect.Effect<string, LocalStackError, Scope.Scope> = Effect.acquireRelease(
  Effect.try({
    try: () => mkdtempSync(join(tmpdir(), "user-update-service-")),
    catch: () =>
      localStackError("failed", `Could not make a folder in ${tmpdir()}. Is it writable? TMPDIR chooses another one.`)
  }),
  (folder) => Effect.sync(() => remove(folder))
).pipe(Effect.tap((folder) => atExit(() => remove(folder))))

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
