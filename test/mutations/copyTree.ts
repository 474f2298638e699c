import { cpSync, mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import type { LocalStackError } from "../../src/local/LocalStackError.ts"
import { temporaryFolder } from "../../src/local/temporaryFolder.ts"

const parts = ["src", "test", "package.json", "tsconfig.json", "README.md"]

/** A folder with a copy of this project in which code may be broken. It shares `node_modules`, and goes with the scope. */
export const copyTree = (root: string): Effect.Effect<string, LocalStackError, Scope.Scope> =>
  Effect.tap(temporaryFolder, (folder) =>
    Effect.sync(() => {
      for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true })
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
      mkdirSync(join(folder, "tmp"))
    })
  )
