import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { readFlags } from "./flags.ts"
import { reportOf } from "./report.ts"
import { simulate } from "./simulate.ts"
import { type Seeds, simulateAll } from "./simulateAll.ts"
import { missingIn } from "./visits.ts"

const flags = readFlags(process.argv.slice(2))

const replay = (seed: number) =>
  Effect.gen(function* () {
    const { hash, trace, violations } = simulate(seed)
    yield* Console.log([...trace, `trace ${hash}`, ...violations].join("\n"))
    return violations.length === 0
  })

const many = (seeds: Seeds) =>
  Effect.gen(function* () {
    const began = performance.now()
    const summary = yield* Effect.promise(() => simulateAll(seeds))
    const seconds = (performance.now() - began) / 1000
    yield* Console.log(reportOf(summary))
    yield* Console.log(
      `${seeds.count} seeds in ${seconds.toFixed(1)} s, ${Math.round(seeds.count / seconds)} a second; ` +
        `${summary.failures.length} broke a promise, ${missingIn(summary.visits).length} fault points missed an outcome`
    )
    return summary.failures.length === 0
  })

NodeRuntime.runMain(
  Effect.map("replay" in flags ? replay(flags.replay) : many(flags.many), (isGood) => {
    process.exitCode = isGood ? 0 : 1
  })
)
