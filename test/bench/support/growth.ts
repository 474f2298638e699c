import { Effect } from "effect"
import { freePort } from "../../../src/local/ports.ts"
import { makeOutcomes, migrate } from "./fillTables.ts"
import { openPages } from "./openPages.ts"
import { makeSite, onSite, type Site } from "./site.ts"
import type { Stack } from "./stack.ts"
import { exponentOf } from "./statistics.ts"
import { measureThroughput, type Throughput } from "./throughput.ts"

/** A thing that grows: the sizes to try, how far a cost of one job may grow with it, and how a job's cost is measured at a size. */
interface Axis {
  readonly name: string
  readonly sizes: Readonly<Record<Reach, ReadonlyArray<number>>>
  /** The largest exponent that is no fault: 1 where the work itself grows, near 0 where it is a look-up. */
  readonly bound: number
  readonly measure: (stack: Stack, size: number, jobs: number) => ReturnType<typeof measureThroughput>
}

/** How far it is tried: to see that it works, in minutes, or in full. */
export type Reach = "short" | "ordinary" | "full"

/** What a job cost at a size. */
export interface Point extends Throughput {
  readonly size: number
}

/** An axis with what was seen on it. Exponents are of the cost of one job: of CPU time, and of time as its throughput has it. */
export interface Growth {
  readonly name: string
  readonly points: ReadonlyArray<Point>
  readonly bound: number
  readonly cpu: number
  readonly time: number
}

const lookUp = 0.15

const ours = { contender: "ours" } as const

const axes: ReadonlyArray<Axis> = [
  {
    name: "jobs that wait",
    sizes: { short: [200], ordinary: [3000, 10_000, 30_000, 100_000], full: [3000, 10_000, 100_000, 1_000_000] },
    bound: lookUp,
    measure: (stack, size, jobs) =>
      onSite(stack, {}, (site) => measureThroughput(stack, site, { ...ours, jobs: size, of: Math.min(size, jobs) }))
  },
  {
    name: "users",
    sizes: { short: [200], ordinary: [1000, 10_000, 100_000], full: [1000, 10_000, 100_000, 1_000_000] },
    bound: lookUp,
    measure: (stack, size, jobs) =>
      onSite(stack, { users: size, active: jobs }, (site) => measureThroughput(stack, site, { ...ours, jobs }))
  },
  {
    name: "rows of the ledger",
    sizes: {
      short: [1000],
      ordinary: [0, 10_000, 100_000, 1_000_000],
      full: [0, 10_000, 100_000, 1_000_000, 10_000_000]
    },
    bound: lookUp,
    measure: (stack, size, jobs) =>
      Effect.gen(function* () {
        const site = yield* makeSite(stack, { users: Math.max(1000, size / 10), active: Math.min(500, jobs) })
        yield* migrate(site.env)
        yield* makeOutcomes(site.account, size, 10)
        return yield* measureThroughput(stack, site, { ...ours, jobs })
      }).pipe(Effect.scoped)
  },
  {
    name: "bytes of the image",
    sizes: {
      short: [10_000],
      ordinary: [1000, 10_000, 100_000, 1_000_000],
      full: [1000, 10_000, 100_000, 1_000_000, 3_000_000, 6_000_000]
    },
    bound: 1,
    measure: (stack, size, jobs) =>
      onSite(stack, { imageBytes: size }, (site) =>
        measureThroughput(stack, site, { ...ours, jobs: Math.max(10, Math.min(jobs, Math.floor(mostImageBytes / size))) })
      )
  },
  {
    name: "sockets on the own hub",
    sizes: { short: [5], ordinary: [0, 100, 1000], full: [0, 100, 1000, 5000] },
    bound: lookUp,
    measure: (stack, size, jobs) =>
      Effect.gen(function* () {
        const site = yield* makeSite(stack, { users: Math.max(500, size), active: jobs })
        const own: Site = { ...site, env: { ...site.env, PORT_MESSAGES_USERS: String(yield* freePort) } }
        return yield* measureThroughput(stack, own, { ...ours, jobs, beside: openPages(own, size) })
      }).pipe(Effect.scoped)
  }
]

const mostImageBytes = 200_000_000

/** Measures every axis at each of its sizes. `tell` hears of each before it begins. */
export const measureGrowth = Effect.fnUntraced(function* (
  stack: Stack,
  { reach, jobs }: { readonly reach: Reach; readonly jobs: number },
  tell: (step: string) => Effect.Effect<void>
) {
  return yield* Effect.forEach(axes, ({ name, sizes, bound, measure }) =>
    Effect.gen(function* () {
      const points = yield* Effect.forEach(sizes[reach], (size) =>
        Effect.andThen(
          tell(`${name}: ${size}`),
          Effect.map(measure(stack, size, jobs), (cost): Point => ({ size, ...cost }))
        )
      )
      const exponent = (cost: (point: Point) => number) => exponentOf(points.map((point) => [point.size, cost(point)]))
      return {
        name,
        points,
        bound,
        cpu: exponent(({ cpuPerJob }) => cpuPerJob),
        time: exponent(({ perSecond }) => 1 / perSecond)
      } satisfies Growth
    })
  )
})
