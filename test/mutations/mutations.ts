import { resolve } from "node:path"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { copyTree } from "./copyTree.ts"
import { readFlags } from "./flags.ts"
import { allMutants, type Broken } from "./mutants.ts"
import { describeMutant, describeVerdict } from "./report.ts"
import { seeGreen } from "./seeGreen.ts"
import { tryMutant } from "./tryMutant.ts"

const root = resolve(import.meta.dirname, "../..")

const prove = Effect.fnUntraced(function* (mutants: ReadonlyArray<Broken>) {
  const folder = yield* copyTree(root)
  yield* Console.log(`${mutants.length} ways to break the code, each in a copy of it; first their tests on the code as it is`)
  const notGreen = yield* seeGreen(folder, mutants)
  for (const mutant of notGreen) yield* Console.log(`not green on the code as it is: ${describeMutant(mutant)}`)
  let proofs = 0
  for (const mutant of mutants.filter((mutant) => !notGreen.includes(mutant))) {
    const began = performance.now()
    const verdict = yield* tryMutant(folder, mutant)
    if (verdict.kind === "red") proofs++
    yield* Console.log(describeVerdict(mutant, verdict, (performance.now() - began) / 1000))
  }
  yield* Console.log(`${proofs} of ${mutants.length} went red`)
  return proofs === mutants.length && proofs > 0
})

const { isChosen, list } = readFlags(process.argv.slice(2))
const chosen = allMutants.filter(isChosen)

NodeRuntime.runMain(
  list
    ? Console.log(chosen.map(describeMutant).join("\n"))
    : Effect.map(Effect.scoped(prove(chosen)), (isProven) => {
        process.exitCode = isProven ? 0 : 1
      })
)
