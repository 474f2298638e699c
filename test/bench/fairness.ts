import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Schedule } from "effect"
import { startContender } from "./support/contenders.ts"
import { readFlags } from "./support/flags.ts"
import { makeSite, type Site, type Stack, startStack } from "./support/stack.ts"
import { median } from "./support/statistics.ts"

/** Which user's job stands at a place in the queue: each in turn, or one user's at every second place. */
const mixes = {
  even: ({ jobs }: Site, index: number) => jobs[index % jobs.length],
  half: ({ jobs }: Site, index: number) => jobs[index % 2 === 0 ? 0 : 1 + ((index >> 1) % (jobs.length - 1))]
} as const

const concurrency = 20

/** Jobs a second between the first end and the last, where the service finds them waiting. */
const measure = (stack: Stack, mix: keyof typeof mixes, jobs: number) =>
  Effect.gen(function* () {
    const site = yield* makeSite(stack, concurrency)
    const waiting = Array.from({ length: jobs }, (_, index) => mixes[mix](site, index) ?? { data: undefined })
    yield* Effect.promise(() => site.queue.addBulk(waiting))
    const { whileItRuns } = yield* startContender("ours", site)
    const ended = (wanted: (ended: number) => boolean) =>
      whileItRuns(
        Effect.promise(() => site.queue.getJobCounts()).pipe(
          Effect.map(({ active, waiting }) => ({ ended: jobs - waiting - active, at: performance.now() })),
          Effect.repeat({ schedule: Schedule.spaced("5 millis"), until: ({ ended }) => wanted(ended) })
        )
      )
    const first = yield* ended((count) => count > 0)
    const last = yield* ended((count) => count >= jobs)
    const failed = yield* Effect.promise(() => site.queue.getFailedCount())
    if (failed > 0) return yield* Effect.die(new Error(`${failed} jobs failed`))
    return (last.ended - first.ended) / ((last.at - first.at) / 1000)
  }).pipe(Effect.scoped)

const bench = Effect.gen(function* () {
  const { jobs, rounds } = readFlags(process.argv.slice(2))
  const stack = yield* startStack({ jobs })
  const results: Array<Readonly<Record<keyof typeof mixes, number>>> = []
  for (let round = 1; round <= rounds; round++) {
    const even = yield* measure(stack, "even", jobs)
    const half = yield* measure(stack, "half", jobs)
    results.push({ even, half })
    yield* Console.error(`round ${round} of ${rounds}: ${Math.round(even)} even, ${Math.round(half)} half`)
  }
  const share = median(results.map(({ even, half }) => half / even))
  yield* Console.log(
    `${rounds} rounds in turns of ${jobs} jobs, medians: ${Math.round(median(results.map(({ even }) => even)))} jobs/s ` +
      `of evenly spread users, ${Math.round(median(results.map(({ half }) => half)))} where one makes half of all: ${Math.round(share * 100)} %`
  )
})

NodeRuntime.runMain(Effect.scoped(bench))
