import { inTurn, type PickJob } from "../support/backlog.ts"
import { eachRound, type Measurement, ratio } from "../support/Measurement.ts"
import { onSite } from "../support/site.ts"
import type { Stack } from "../support/stack.ts"
import { measureThroughput } from "../support/throughput.ts"

/** The service where one user makes half of all jobs, against evenly spread users. */
export const fairness: Measurement<"perSecond"> = {
  rows: {
    perSecond: { name: "one user makes half of all jobs", unit: "jobs/s", against: "even", target: ratio("at least", 0.8) }
  },
  begin: eachRound(function* (stack, { jobs }) {
    const half = yield* measure(stack, jobs, oneMakesHalf)
    const even = yield* measure(stack, jobs, inTurn)
    return { perSecond: { ours: half.perSecond, against: even.perSecond } }
  })
}

/** One user's jobs at every second place, those of all others in turn between them. */
const oneMakesHalf: PickJob = (jobs, index) => jobs[index % 2 === 0 ? 0 : 1 + ((index >> 1) % (jobs.length - 1))]

/** So few users that each of them has a job in both mixes. */
const measure = (stack: Stack, jobs: number, pick: PickJob) =>
  onSite(stack, { active: Math.min(500, Math.floor(jobs / 4)) }, (site) =>
    measureThroughput(stack, site, { contender: "ours", jobs, pick })
  )
