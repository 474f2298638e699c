import { Effect } from "effect"
import type { Contender } from "../support/contenders.ts"
import type { Extent } from "../support/extent.ts"
import { eachRound, type Measurement, ratio } from "../support/Measurement.ts"
import { onSite, type SiteOptions } from "../support/site.ts"
import type { Stack } from "../support/stack.ts"
import { measureThroughput } from "../support/throughput.ts"

/** Jobs that wait, ours against the plain worker; `bound` is how much faster ours has to be. */
const rows = (what: string, bound: number) => ({
  perSecond: { name: `throughput, ${what}`, unit: "jobs/s", against: "plain", target: ratio("at least", bound) },
  cpuPerJob: { name: `CPU of the service, ${what}`, unit: "ms/job", against: "plain", target: ratio("at most", 1) }
})

const measureBoth = Effect.fnUntraced(function* (stack: Stack, { jobs }: Extent, options: SiteOptions) {
  const ours = yield* measure(stack, options, "ours", jobs)
  const plain = yield* measure(stack, options, "plain", jobs)
  return {
    perSecond: { ours: ours.perSecond, against: plain.perSecond },
    cpuPerJob: { ours: ours.cpuPerJob, against: plain.cpuPerJob }
  }
})

const measure = (stack: Stack, options: SiteOptions, contender: Contender, jobs: number) =>
  onSite(stack, options, (site) => measureThroughput(stack, site, { contender, jobs }))

/** Small jobs whose tokens are verified with the secret. */
export const small: Measurement<"perSecond" | "cpuPerJob"> = {
  rows: rows("small jobs", 1.2),
  begin: eachRound(function* (stack, extent) {
    return yield* measureBoth(stack, extent, {})
  })
}

/** Small jobs whose tokens an API verifies, as on the `.env` that people have: ours also against the worker that they run today. */
export const external: Measurement<"perSecond" | "cpuPerJob" | "today"> = {
  rows: {
    ...rows("external token API", 1.2),
    today: { name: "throughput, worker of today", unit: "jobs/s", against: "today", target: ratio("at least", 6) }
  },
  begin: eachRound(function* (stack, extent) {
    const both = yield* measureBoth(stack, extent, { verifier: "api" })
    const today = yield* measure(stack, { verifier: "api" }, "today", Math.ceil(extent.jobs / 4))
    return { ...both, today: { ours: both.perSecond.ours, against: today.perSecond } }
  })
}

/** Jobs with images of 50 kB. */
export const images: Measurement<"perSecond" | "cpuPerJob"> = {
  rows: rows("50 kB images", 1.1),
  begin: eachRound(function* (stack, extent) {
    return yield* measureBoth(stack, extent, { imageBytes: 50_000 })
  })
}
