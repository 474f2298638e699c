import { Effect } from "effect"
import type { Extent } from "./compare.ts"
import type { Stack } from "./stack.ts"
import { median } from "./statistics.ts"
import { measureThroughput } from "./throughput.ts"

const levels = [5, 10, 20, 50] as const

/** Jobs a second of the service over `CONCURRENCY`, in turns: where the curve goes flat is the default. One line a level. */
export const curve = Effect.fnUntraced(function* (stack: Stack, { rounds, jobs }: Extent) {
  const seen = levels.map((level) => ({ level, perSecond: [] as Array<number> }))
  for (let round = 0; round < rounds; round++) {
    for (const { level, perSecond } of seen) {
      const throughput = yield* measureThroughput(stack, { contender: "ours", concurrency: level, jobs })
      perSecond.push(Math.round(throughput.perSecond))
    }
  }
  return seen.map(({ level, perSecond }) => ({ level, median: median(perSecond), perSecond }))
})
