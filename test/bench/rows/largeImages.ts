import { enqueue, expectUpdated, untilEnded } from "../support/backlog.ts"
import { startContender, untilReady } from "../support/contenders.ts"
import { eachRound, type Measurement, value } from "../support/Measurement.ts"
import { peakMegabytes } from "../support/resident.ts"
import { makeSite } from "../support/site.ts"

/** Images of 5 MB, ten at once: the most that the service holds, and how late its timers are meanwhile. */
export const largeImages: Measurement<"peak" | "delay"> = {
  rows: {
    peak: { name: "5 MB images, 10 at once: peak RSS", unit: "MB", target: value("at most", 400) },
    delay: { name: "5 MB images, 10 at once: event-loop delay p99", unit: "ms", target: value("at most", 50) }
  },
  begin: eachRound(function* (stack, { largeJobs, largeImage }) {
    const site = yield* makeSite(stack, { imageBytes: largeImage, env: { CONCURRENCY: "10" } })
    const { pid, ask, whileItRuns } = yield* startContender("ours", stack, site)
    yield* whileItRuns(untilReady(site))
    yield* ask("watch")
    yield* enqueue(site, largeJobs)
    yield* whileItRuns(untilEnded(site, largeJobs, largeJobs))
    const { p99, longest } = yield* ask("delay")
    yield* expectUpdated(site, Math.min(largeJobs, site.jobs.length))
    return {
      peak: { ours: peakMegabytes(pid) },
      delay: { ours: p99, note: `longest ${longest.toFixed(0)} ms` }
    }
  })
}
