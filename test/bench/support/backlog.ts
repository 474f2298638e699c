import { Effect, Schedule } from "effect"
import type { Site, SiteJob } from "./site.ts"

/** Which job stands at a place in the queue. */
export type PickJob = (jobs: ReadonlyArray<SiteJob>, index: number) => SiteJob | undefined

/** Each user in turn. */
export const inTurn: PickJob = (jobs, index) => jobs[index % jobs.length]

const megabytesAtOnce = 8_000_000

/** Has `count` jobs wait in a site's queue. */
export const enqueue = ({ queue, jobs }: Site, count: number, pick: PickJob = inTurn) =>
  Effect.promise(async () => {
    const atOnce = Math.min(2000, Math.max(1, Math.floor(megabytesAtOnce / ((jobs[0]?.data.Image.length ?? 0) + 500))))
    for (let from = 0; from < count; from += atOnce) {
      const length = Math.min(atOnce, count - from)
      await queue.addBulk(Array.from({ length }, (_, index) => pick(jobs, from + index) ?? { data: undefined }))
    }
  })

/** How many of `count` jobs had ended, and when this was seen, by `performance.now()`. */
export interface Seen {
  readonly ended: number
  readonly at: number
}

/** Waits until so many of `count` jobs have ended, as the queue's counts show. */
export const untilEnded = ({ queue }: Site, count: number, wanted: number): Effect.Effect<Seen> =>
  Effect.promise(() => queue.getJobCounts()).pipe(
    Effect.map(({ waiting, active }) => ({ ended: count - waiting - active, at: performance.now() })),
    Effect.repeat({ schedule: Schedule.spaced("5 millis"), until: ({ ended }) => ended >= wanted })
  )

/** Dies where a job failed, or where other than `users` users were updated. */
export const expectUpdated = Effect.fnUntraced(function* ({ queue, updated }: Site, users: number) {
  const failed = yield* Effect.promise(() => queue.getFailedCount())
  const changed = yield* updated
  if (failed > 0 || changed !== users)
    return yield* Effect.die(new Error(`${failed} jobs failed, ${changed} users were updated`))
})
