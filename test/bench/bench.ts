import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { compare, describeExtent } from "./support/compare.ts"
import { curve } from "./support/curve.ts"
import { type Flags, readFlags } from "./support/flags.ts"
import { profile } from "./support/profile.ts"
import { type Share } from "./support/readProfile.ts"
import { asJson, asText } from "./support/report.ts"
import { startStack } from "./support/stack.ts"

const flags = readFlags(process.argv.slice(2))

const comparison = Effect.gen(function* () {
  const figures = yield* compare(yield* startStack(flags), flags, (step) => Console.error(step))
  yield* Console.log((flags.json ? asJson : asText)(describeExtent(flags), figures))
})

const concurrency = Effect.gen(function* () {
  yield* Console.log(`CONCURRENCY   jobs/s (median of ${flags.rounds} rounds of ${flags.jobs} jobs, in turns)`)
  for (const { level, median, perSecond } of yield* curve(yield* startStack(flags), flags))
    yield* Console.log(`${String(level).padEnd(13)} ${median}   (${perSecond.join(", ")})`)
})

const profiled = Effect.gen(function* () {
  const { byCaller, byPackage, byFunction } = yield* profile(yield* startStack(flags), flags.jobs)
  yield* Console.log(`CPU time of the service by package, what Node.js did put down to its caller\n${list(byCaller)}`)
  yield* Console.log(`\nself time by package\n${list(byPackage)}\n\nself time by function\n${list(byFunction)}`)
})

const list = (shares: ReadonlyArray<Share>) =>
  shares
    .slice(0, 20)
    .map(({ name, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${name}`)
    .join("\n")

const programs = { comparison, concurrency, profile: profiled } satisfies Record<Flags["what"], unknown>

NodeRuntime.runMain(Effect.scoped(programs[flags.what]))
