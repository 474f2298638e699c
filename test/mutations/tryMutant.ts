import { readFileSync, writeFileSync } from "node:fs"
import { stripTypeScriptTypes } from "node:module"
import { join } from "node:path"
import { Effect } from "effect"
import type { LocalStackError } from "../../src/local/LocalStackError.ts"
import { judge, type Verdict } from "./judge.ts"
import type { Mutant } from "./Mutant.ts"
import { runTests } from "./runTests.ts"

/** Breaks the code of a copied tree as the mutant says, runs its test, and mends the code. */
export const tryMutant = (folder: string, mutant: Mutant): Effect.Effect<Verdict, LocalStackError> => {
  const file = join(folder, mutant.file)
  const code = readFileSync(file, "utf8")
  const broken = mutate(code, mutant)
  if (broken === undefined) return Effect.succeed({ kind: "no proof", why: "its text is not in the file exactly once" })
  if (!isTypeScript(broken)) return Effect.succeed({ kind: "no proof", why: "the broken file is no TypeScript" })
  return Effect.acquireUseRelease(
    Effect.sync(() => writeFileSync(file, broken)),
    () => Effect.map(runTests(folder, mutant.test, [mutant.title]), (report) => judge(report, mutant.title)),
    () => Effect.sync(() => writeFileSync(file, code))
  )
}

/** The code with the mutant's text replaced; absent where that does not stand in it exactly once. */
export const mutate = (code: string, { broken, text }: Mutant): string | undefined => {
  const [before, after, ...more] = code.split(text)
  return before === undefined || after === undefined || more.length > 0 ? undefined : before + broken + after
}

const isTypeScript = (code: string): boolean => {
  try {
    stripTypeScriptTypes(code)
    return true
  } catch {
    return false
  }
}
