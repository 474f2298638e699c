import { Effect } from "effect"
import { enqueue } from "../support/backlog.ts"
import { startContender } from "../support/contenders.ts"
import type { Extent } from "../support/extent.ts"
import { makeOutcomes, migrate } from "../support/fillTables.ts"
import { latencyOf } from "../support/latency.ts"
import { type Measurement, ratio } from "../support/Measurement.ts"
import { makeSite, onSite, type Site } from "../support/site.ts"
import type { Stack } from "../support/stack.ts"
import { throughputOf } from "../support/throughput.ts"

const perSecond = 300
const outcomesOfUser = 10

/** The service on a ledger of ten million outcomes, against an empty one; both have as many users. */
export const ledger: Measurement<"perSecond" | "p99"> = {
  rows: {
    perSecond: {
      name: "ledger of 10 million rows: throughput",
      unit: "jobs/s",
      against: "empty",
      target: ratio("at least", 0.9)
    },
    p99: {
      name: `ledger of 10 million rows: p99, ${perSecond} jobs/s`,
      unit: "ms",
      against: "empty",
      target: ratio("at most", 1.1)
    }
  },
  begin: Effect.fnUntraced(function* (stack, extent) {
    const { rows, jobs } = extent
    const options = { users: Math.max(1, Math.ceil(rows / outcomesOfUser)), active: Math.min(500, jobs) }
    const full = yield* makeSite(stack, options)
    yield* migrate(full.env)
    yield* makeOutcomes(full.account, rows, outcomesOfUser)
    return Effect.gen(function* () {
      const filled = yield* measure(stack, extent, full)
      const empty = yield* onSite(stack, options, (site) => measure(stack, extent, site))
      const note = `${rows.toLocaleString("en")} rows`
      return {
        perSecond: { ours: filled.throughput, against: empty.throughput, note },
        p99: { ours: filled.p99, against: empty.p99, note }
      }
    })
  })
}

const measure = Effect.fnUntraced(function* (stack: Stack, { jobs, seconds }: Extent, site: Site) {
  yield* enqueue(site, jobs)
  const worker = yield* startContender("ours", stack, site)
  const { perSecond: throughput } = yield* throughputOf(worker, site, { jobs })
  const { p99 } = yield* latencyOf(worker, site, { perSecond, seconds })
  return { throughput, p99 }
}, Effect.scoped)
