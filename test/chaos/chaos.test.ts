import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { isClean, printReport } from "./report.ts"
import { runChaos } from "./runChaos.ts"

const seed = Number(process.env["CHAOS_SEED"] ?? 101)

const runs = [
  { variant: "own", seconds: 45 },
  { variant: "elsewhere", seconds: 20 }
] as const

it.live.each(runs)(
  "keeps all promises under kills, freezes and bad connections for $seconds s, hub $variant",
  ({ seconds, variant }) =>
    Effect.gen(function* () {
      const report = yield* runChaos({ seed, seconds, variant, perSecond: 12 })
      assert.isTrue(isClean(report), printReport(report))
      assert.isAbove(report.jobs, seconds)
      assert.isAbove(report.told, seconds)
      assert.isAbove(Object.keys(report.faults).length, 2)
    }),
  150_000
)
