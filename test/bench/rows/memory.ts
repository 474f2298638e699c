import { Effect } from "effect"
import { enqueue, untilEnded } from "../support/backlog.ts"
import { startContender } from "../support/contenders.ts"
import { eachRound, type Measurement, ratio } from "../support/Measurement.ts"
import { residentMegabytes } from "../support/resident.ts"
import { makeSite } from "../support/site.ts"

/** What the service holds after many jobs against what it held after the first ones, as it stands and after a full collection. */
export const memory: Measurement<"asItStands" | "collected"> = {
  rows: {
    asItStands: { name: "memory after 30,000 jobs, RSS", unit: "MB", against: "10,000", target: ratio("at most", 1.15) },
    collected: {
      name: "memory after 30,000 jobs, RSS after a full GC",
      unit: "MB",
      against: "10,000",
      target: ratio("at most", 1.15)
    }
  },
  begin: eachRound(function* (stack, { memoryJobs: [early, late] }) {
    const site = yield* makeSite(stack)
    const { pid, ask, whileItRuns } = yield* startContender("ours", stack, site)
    const after = Effect.fnUntraced(function* (jobs: number) {
      yield* enqueue(site, jobs)
      yield* whileItRuns(untilEnded(site, jobs, jobs))
      const asItStands = residentMegabytes(pid)
      yield* ask("collect")
      return { asItStands, collected: residentMegabytes(pid) }
    })
    const first = yield* after(early)
    const last = yield* after(late - early)
    return {
      asItStands: { ours: last.asItStands, against: first.asItStands },
      collected: { ours: last.collected, against: first.collected }
    }
  })
}
