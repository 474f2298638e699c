import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Effect, type Option, Schema } from "effect"
import type { LocalStackError } from "../../src/local/LocalStackError.ts"
import { spawn } from "../../src/local/processes.ts"
import { titlePattern } from "./titlePattern.ts"

/** What became of the tests of one run, as vitest's JSON reporter says it. */
const Report = Schema.fromJsonString(
  Schema.Struct({
    testResults: Schema.Array(
      Schema.Struct({
        message: Schema.String,
        assertionResults: Schema.Array(
          Schema.Struct({
            title: Schema.String,
            status: Schema.String,
            failureMessages: Schema.Array(Schema.NullOr(Schema.String))
          })
        )
      })
    )
  })
)
export type Report = typeof Report.Type

/**
 * Runs the tests of these titles in one test file of a copied tree, for three minutes at most. No report where vitest had not ended by
 * then, or wrote none.
 */
export const runTests = (
  folder: string,
  test: string,
  titles: ReadonlyArray<string>
): Effect.Effect<Option.Option<Report>, LocalStackError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const report = join(folder, "report.json")
      rmSync(report, { force: true })
      const vitest = yield* spawn({
        name: "vitest",
        file: "sh",
        args: ["-ec", `cd "$0" && exec "$@"`, folder, process.execPath, ...vitestCall(test, titles, report)],
        env: { TMPDIR: join(folder, "tmp") }
      })
      yield* Effect.timeoutOption(vitest.ended, "3 minutes")
      return yield* readReport(report)
    })
  )

const vitestCall = (test: string, titles: ReadonlyArray<string>, report: string) => [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--config=test/vitest.config.ts",
  test,
  `--testNamePattern=(?:${titles.map(titlePattern).join("|")})`,
  "--reporter=json",
  `--outputFile=${report}`
]

const readReport = (report: string) =>
  Effect.try(() => readFileSync(report, "utf8")).pipe(Effect.flatMap(Schema.decodeUnknownEffect(Report)), Effect.option)
