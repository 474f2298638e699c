import { type Queue } from "bull"
import { Effect, type Scope } from "effect"
import { spare } from "./handBack.ts"
import type { RawJob } from "./rawJobs.ts"

/** Counts a job among those that run in this process, for as long as the scope. */
export type Running = (job: RawJob) => Effect.Effect<void, never, Scope.Scope>

/**
 * Knows which jobs run in this process. Those that it holds when Redis was away may be delivered again elsewhere though no process was
 * killed: none of them is to be blamed.
 */
export const makeRunning = (queue: Queue): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.gen(function* () {
    const jobs = new Set<RawJob>()
    let wasAway = false
    const onClose = () => void (wasAway = true)
    const onReady = () => {
      if (wasAway) for (const job of jobs) spare(queue, job).catch(() => undefined)
      wasAway = false
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => queue.client.on("close", onClose).on("ready", onReady)),
      (client) => Effect.sync(() => client.off("close", onClose).off("ready", onReady))
    )
    return (job) =>
      Effect.acquireRelease(
        Effect.sync(() => void jobs.add(job)),
        () => Effect.sync(() => void jobs.delete(job))
      )
  })
