import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Schedule } from "effect"
import { enqueue, untilEnded } from "./backlog.ts"
import { type Contender, startContender } from "./contenders.ts"
import type { Extent } from "./extent.ts"
import { measureLatency } from "./latency.ts"
import { residentMegabytes } from "./resident.ts"
import { onSite, type Site } from "./site.ts"
import type { Stack } from "./stack.ts"
import { median } from "./statistics.ts"
import { drawSvg, type Plot, type Series } from "./svg.ts"
import { measureThroughput } from "./throughput.ts"

/** Where the plots' x axes have their points. */
export interface Levels {
  readonly concurrency: ReadonlyArray<number>
  readonly load: ReadonlyArray<number>
}

/** What the plots of the README show, and what is enough to see that drawing works. */
export const levels = {
  whole: { concurrency: [5, 10, 20, 50, 100, 200], load: [50, 100, 200, 300, 400, 600, 800] },
  short: { concurrency: [5], load: [50] }
} satisfies Readonly<Record<string, Levels>>

const contenders = ["ours", "plain"] as const

/** Measures what the three plots show, ours and the plain worker in turns: by the name of the file that each belongs in. */
export const measurePlots = Effect.fnUntraced(function* (stack: Stack, extent: Extent, { concurrency, load }: Levels) {
  const { rounds, jobs, seconds, memoryJobs } = extent
  const throughputAt = (contender: Contender, level: number) =>
    onSite(stack, { env: { CONCURRENCY: String(level) } }, (site) => measureThroughput(stack, site, { contender, jobs }))
  const latencyAt = (contender: Contender, perSecond: number) =>
    onSite(stack, {}, (site) => measureLatency(stack, site, { contender, perSecond, seconds }))

  const throughput = yield* curve(concurrency, rounds, throughputAt)
  const latency = yield* curve(load, rounds, latencyAt)
  const memory = yield* Effect.forEach(contenders, (contender) =>
    Effect.map(
      onSite(stack, {}, (site) => memoryOverTime(stack, site, contender, memoryJobs[1])),
      (points): Series => ({ name: contender, color: contender, points })
    )
  )
  return {
    throughput: {
      title: "Throughput over concurrency",
      x: "jobs at a time (CONCURRENCY)",
      y: "jobs/s",
      series: contenders.map((name) => ({ name, color: name, points: throughput(name, ({ perSecond }) => perSecond) }))
    },
    latency: {
      title: "Latency over load, from enqueueing to the hub",
      x: "jobs/s",
      y: "ms",
      series: contenders.flatMap((name) => [
        { name: `${name}, p50`, color: name, dashed: true, points: latency(name, ({ p50 }) => p50) },
        { name: `${name}, p99`, color: name, points: latency(name, ({ p99 }) => p99) }
      ])
    },
    memory: { title: `Memory over ${memoryJobs[1].toLocaleString("en")} jobs`, x: "s", y: "MB resident", series: memory }
  } satisfies Readonly<Record<string, Plot>>
})

/** Writes each plot to `<name>.svg` in a folder, which is made where there is none. */
export const writePlots = (folder: string, plots: Readonly<Record<string, Plot>>) =>
  Effect.promise(async () => {
    await mkdir(folder, { recursive: true })
    for (const [name, plot] of Object.entries(plots)) await writeFile(join(folder, `${name}.svg`), drawSvg(plot))
  })

/** Measures both at every level, in turns, and gives their medians as points. */
const curve = Effect.fnUntraced(function* <A, E, R>(
  xs: ReadonlyArray<number>,
  rounds: number,
  measure: (contender: (typeof contenders)[number], x: number) => Effect.Effect<A, E, R>
) {
  const seen: Array<{ readonly contender: string; readonly x: number; readonly result: A }> = []
  for (let round = 0; round < rounds; round++)
    for (const x of xs) for (const contender of contenders) seen.push({ contender, x, result: yield* measure(contender, x) })
  return (name: (typeof contenders)[number], read: (result: A) => number) =>
    xs.map((x) => {
      const results = seen.filter((one) => one.contender === name && one.x === x)
      return [x, median(results.map(({ result }) => read(result)))] as const
    })
})

const memoryOverTime = Effect.fnUntraced(function* (stack: Stack, site: Site, contender: Contender, jobs: number) {
  yield* enqueue(site, jobs)
  const { pid, whileItRuns } = yield* startContender(contender, stack, site)
  const began = performance.now()
  const points: Array<readonly [number, number]> = []
  const sample = Effect.sync(() => void points.push([(performance.now() - began) / 1000, residentMegabytes(pid)]))
  yield* Effect.raceFirst(
    whileItRuns(untilEnded(site, jobs, jobs)),
    Effect.andThen(Effect.repeat(sample, Schedule.spaced("250 millis")), Effect.never)
  )
  return points
}, Effect.scoped)
