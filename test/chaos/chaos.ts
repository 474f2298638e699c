import { parseArgs } from "node:util"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { isClean, printReport } from "./report.ts"
import { runChaos } from "./runChaos.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    rate: { type: "string", default: "15" },
    hub: { type: "string", default: "own" },
    logs: { type: "string" },
    json: { type: "boolean", default: false }
  }
})

const program = Effect.gen(function* () {
  const seed = Number(values.seed)
  yield* Console.error(`seed ${seed}`)
  const report = yield* runChaos({
    seed,
    seconds: Number(values.minutes) * 60,
    variant: values.hub === "elsewhere" ? "elsewhere" : "own",
    perSecond: Number(values.rate),
    ...(values.logs === undefined ? {} : { keepLogs: values.logs })
  })
  yield* Console.log(values.json ? JSON.stringify(report, null, 2) : printReport(report))
  process.exitCode = isClean(report) ? 0 : 1
})

NodeRuntime.runMain(program)
