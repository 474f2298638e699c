import { Duration, Effect } from "effect"
import { startContender, untilReady } from "../support/contenders.ts"
import { cpuSeconds } from "../support/cpuSeconds.ts"
import { eachRound, type Measurement, value } from "../support/Measurement.ts"
import { residentMegabytes } from "../support/resident.ts"
import { makeSite } from "../support/site.ts"

/** The service on an empty queue, and how soon after its start it is ready, on a database that it has never seen. */
export const idle: Measurement<"cpu" | "resident" | "start"> = {
  rows: {
    cpu: { name: "idle: CPU", unit: "% of a core", target: value("at most", 1) },
    resident: { name: "idle: RSS", unit: "MB", target: value("at most", 120) },
    start: { name: "start to ready", unit: "s", target: value("at most", 2) }
  },
  begin: eachRound(function* (stack, { idle: [settle, count] }) {
    const site = yield* makeSite(stack)
    const began = performance.now()
    const { pid, whileItRuns } = yield* startContender("ours", stack, site, { bare: true })
    yield* whileItRuns(untilReady(site))
    const start = (performance.now() - began) / 1000
    yield* Effect.sleep(Duration.seconds(settle))
    const before = { cpu: cpuSeconds(pid), at: performance.now() }
    yield* whileItRuns(Effect.sleep(Duration.seconds(count)))
    const cpu = (cpuSeconds(pid) - before.cpu) / ((performance.now() - before.at) / 1000)
    return { cpu: { ours: cpu * 100 }, resident: { ours: residentMegabytes(pid) }, start: { ours: start } }
  })
}
