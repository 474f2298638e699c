import type { Contender } from "../support/contenders.ts"
import { measureLatency } from "../support/latency.ts"
import { eachRound, type Measurement, ratio, type Row } from "../support/Measurement.ts"
import { onSite } from "../support/site.ts"
import type { Stack } from "../support/stack.ts"

const perSecond = 300

const row = (name: string): Row => ({
  name: `${name}, enqueue to hub, ${perSecond} jobs/s`,
  unit: "ms",
  against: "plain",
  target: ratio("at most", 1)
})

/** From enqueueing to the hub under an even load, ours against the plain worker. */
export const latency: Measurement<"p50" | "p99"> = {
  rows: { p50: row("p50"), p99: row("p99") },
  begin: eachRound(function* (stack, { seconds }) {
    const ours = yield* measure(stack, "ours", seconds)
    const plain = yield* measure(stack, "plain", seconds)
    return { p50: { ours: ours.p50, against: plain.p50 }, p99: { ours: ours.p99, against: plain.p99 } }
  })
}

const measure = (stack: Stack, contender: Contender, seconds: number) =>
  onSite(stack, {}, (site) => measureLatency(stack, site, { contender, perSecond, seconds }))
