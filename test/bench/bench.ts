import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { measureTable } from "./rows/table.ts"
import { budgetPage } from "./support/budget.ts"
import { type Flags, readFlags } from "./support/flags.ts"
import { measureGrowth } from "./support/growth.ts"
import { growthJson, growthText } from "./support/growthReport.ts"
import { layOut } from "./support/layOut.ts"
import { levels, measurePlots, writePlots } from "./support/plots.ts"
import { profile } from "./support/profile.ts"
import { type Share } from "./support/readProfile.ts"
import { asJson, asText } from "./support/report.ts"
import { startStack } from "./support/stack.ts"

const flags = readFlags(process.argv.slice(2))
const { extent, folder, full, json, only, short } = flags

const tell = (step: string) => Console.error(step)

/** Prints the text, unless the JSON goes to standard output; writes the JSON where it is wanted. */
const report = (text: string, asJson: string) =>
  Effect.gen(function* () {
    yield* Console.log(json === "-" ? asJson : text)
    if (json !== undefined && json !== "-") writeFileSync(json, `${asJson}\n`)
  })

const table = Effect.gen(function* () {
  const title = `${extent.rounds} rounds, in turns. Medians (first to third quartile); ratios within a round.`
  const measured = yield* measureTable(yield* startStack, extent, only, tell)
  yield* report(asText(title, measured), asJson(title, measured))
})

const growth = Effect.gen(function* () {
  const reach = short ? "short" : full ? "full" : "ordinary"
  const growths = yield* measureGrowth(yield* startStack, { reach, jobs: Math.min(extent.jobs, 2500) }, tell)
  yield* report(growthText(growths), growthJson(growths))
})

const plots = Effect.gen(function* () {
  const drawn = yield* measurePlots(yield* startStack, extent, short ? levels.short : levels.whole)
  yield* writePlots(folder, drawn)
  const lines = Object.values(drawn).flatMap(({ title, series }) =>
    series.map(({ name, points }) => [title, name, points.map(([x, y]) => `${x.toFixed(0)}: ${y.toFixed(1)}`).join(", ")])
  )
  yield* report(layOut(lines).join("\n"), JSON.stringify(drawn, undefined, 2))
})

const profiled = Effect.gen(function* () {
  const profiled = yield* profile(yield* startStack, extent.jobs)
  const { budget, byFunction, byPackage } = profiled
  const page = budgetPage(budget, extent.jobs)
  writeFileSync(join(folder, "budget.md"), page)
  yield* report(
    `${page}\nself time by package\n${list(byPackage)}\n\nself time by function\n${list(byFunction)}`,
    JSON.stringify(profiled, undefined, 2)
  )
})

const list = (shares: ReadonlyArray<Share>) =>
  shares
    .slice(0, 20)
    .map(({ name, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${name}`)
    .join("\n")

const programs = { table, growth, plots, profile: profiled } satisfies Record<Flags["what"], unknown>

NodeRuntime.runMain(Effect.scoped(programs[flags.what]))
