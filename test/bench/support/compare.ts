import { Effect } from "effect"
import { type Contender } from "./contenders.ts"
import { type Latency, measureLatency } from "./latency.ts"
import type { Figure } from "./report.ts"
import type { Stack } from "./stack.ts"
import { measureThroughput, type Throughput } from "./throughput.ts"

/** How much of it: rounds, jobs that wait in each, and seconds of open load. */
export interface Extent {
  readonly rounds: number
  readonly jobs: number
  readonly seconds: number
}

/** What was done, for people. */
export const describeExtent = ({ rounds, jobs, seconds }: Extent): string =>
  `${rounds} rounds in turns: ${jobs} jobs waiting, then ${seconds} s of ${perSecond} jobs/s. Medians (smallest to largest).`

const fast = 50
const asShipped = 20
const perSecond = 300

/** The service against the plain worker, in turns within each round. `tell` hears of each round before it begins. */
export const compare = Effect.fnUntraced(function* (
  stack: Stack,
  { rounds, jobs, seconds }: Extent,
  tell: (step: string) => Effect.Effect<void>
) {
  const rush = (contender: Contender, concurrency: number) => measureThroughput(stack, { contender, concurrency, jobs })
  const flow = (contender: Contender) => measureLatency(stack, { contender, concurrency: fast, perSecond, seconds })
  const results: Array<Round> = []
  for (let round = 1; round <= rounds; round++) {
    yield* tell(`round ${round} of ${rounds}`)
    results.push({
      rush: { ours: yield* rush("ours", fast), plain: yield* rush("plain", fast) },
      shipped: yield* rush("ours", asShipped),
      flow: { ours: yield* flow("ours"), plain: yield* flow("plain") }
    })
  }
  return Object.entries(figures).map(([name, [ours, plain]]): Figure => ({
    name,
    ours: results.map(ours),
    plain: results.map(plain)
  }))
})

interface Round {
  readonly rush: Readonly<Record<Contender, Throughput>>
  readonly shipped: Throughput
  readonly flow: Readonly<Record<Contender, Latency>>
}

type Read = (round: Round) => number

const figures: Readonly<Record<string, readonly [ours: Read, plain: Read]>> = {
  [`jobs/s, ${fast} at a time`]: [({ rush }) => rush.ours.perSecond, ({ rush }) => rush.plain.perSecond],
  [`jobs/s, ours ${asShipped} at a time`]: [({ shipped }) => shipped.perSecond, ({ rush }) => rush.plain.perSecond],
  [`CPU ms/job, ${fast} at a time`]: [({ rush }) => rush.ours.cpuPerJob, ({ rush }) => rush.plain.cpuPerJob],
  [`CPU ms/job, ours ${asShipped} at a time`]: [({ shipped }) => shipped.cpuPerJob, ({ rush }) => rush.plain.cpuPerJob],
  [`p50 ms at ${perSecond} jobs/s`]: [({ flow }) => flow.ours.p50, ({ flow }) => flow.plain.p50],
  [`p99 ms at ${perSecond} jobs/s`]: [({ flow }) => flow.ours.p99, ({ flow }) => flow.plain.p99]
}
