import { Effect, Option } from "effect"
import type { LocalStackError } from "../../src/local/LocalStackError.ts"
import { passed } from "./judge.ts"
import type { Mutant } from "./Mutant.ts"
import { runTests } from "./runTests.ts"

/** Runs the mutants' tests on the code as it is, each test file once. Those whose test does not pass there can prove nothing. */
export const seeGreen = Effect.fnUntraced(function* <M extends Mutant>(
  folder: string,
  mutants: ReadonlyArray<M>
): Effect.fn.Return<ReadonlyArray<M>, LocalStackError> {
  const files = Map.groupBy(mutants, ({ test }) => test)
  const bad = yield* Effect.forEach(files, ([test, some]) =>
    Effect.map(runTests(folder, test, [...new Set(some.map(({ title }) => title))]), (report) =>
      some.filter(({ title }) => Option.isNone(report) || !passed(report.value, title))
    )
  )
  return bad.flat()
})
