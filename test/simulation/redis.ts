import { type Context, Duration, Effect, Exit, type Fiber, Layer, Schedule } from "effect"
import { JobQueue } from "../../src/services/JobQueue.ts"
import type { MemoryQueue } from "../../src/testing/MemoryQueue.ts"
import { callIn } from "./call.ts"
import { isWorking, type Process } from "./Process.ts"
import { beginRun, CurrentRun } from "./Run.ts"
import { watchEnd } from "./watch.ts"
import type { World } from "./World.ts"

/** The queue that all workers share, and the locks on its running jobs, by their ids. */
export interface Redis {
  readonly queue: Context.Service.Shape<typeof MemoryQueue>
  readonly locks: Map<string, Lock>
}

interface Lock {
  readonly process: Process
  readonly fiber: Fiber.Fiber<unknown, unknown>
  renewed: number
  isGivenUp: boolean
}

/** How long a lock holds when nobody renews it, and how often Redis looks for such jobs, in milliseconds. */
const lockTime = 4000
const checkEvery = 1000

/** The queue, as a process reaches it. */
export const layerQueue = (world: World, { locks, queue }: Redis, process: Process) => {
  const begun = new WeakSet<Lock["fiber"]>()
  const lock = (jobId: string, fiber: Lock["fiber"]) => {
    if (begun.has(fiber)) return
    begun.add(fiber)
    locks.set(jobId, { process, fiber, renewed: world.now(), isGivenUp: false })
  }
  const unlock = (jobId: string, fiber: Lock["fiber"], exit: Exit.Exit<unknown, unknown>) => {
    const held = locks.get(jobId)
    if (held?.fiber !== fiber) return
    if (Exit.isSuccess(exit)) locks.delete(jobId)
    else held.isGivenUp = true
  }
  const { consume } = queue.connect({
    concurrency: world.dice.between(1, 3),
    grace: Duration.millis(world.dice.pick([0, 300])),
    isAlive: process.isAlive,
    redis: (request, jobId, effect) =>
      Effect.withFiber((fiber) => {
        lock(jobId, fiber)
        const errors = { away: () => "away" as const }
        const asked = callIn(world, { process, boundary: request, jobIds: () => [jobId], effect, errors })
        return request === "end" || request === "handBack"
          ? Effect.onExit(asked, (exit) => Effect.sync(() => unlock(jobId, fiber, exit)))
          : asked
      })
  })
  return Layer.succeed(JobQueue, {
    consume: (handle) =>
      consume((delivery) =>
        Effect.suspend(() => {
          const run = beginRun(world, process, delivery)
          const ended = Effect.tap(handle(delivery), () => Effect.sync(() => watchEnd(world, run)))
          return Effect.provideService(ended, CurrentRun, run)
        })
      )
  })
}

/** Has jobs delivered again whose process died, stands still or could not end them. */
export const checkStalled = (world: World, { locks, queue }: Redis): Effect.Effect<void> =>
  Effect.suspend(() => {
    const stalled: Array<string> = []
    for (const [jobId, lock] of locks) {
      if (isWorking(lock.process) && !lock.isGivenUp) lock.renewed = world.now()
      else if (world.now() - lock.renewed >= lockTime) stalled.push(jobId)
    }
    return Effect.forEach(
      stalled,
      (jobId) => {
        locks.delete(jobId)
        world.trace.push(`${world.now()} redis stalled ${jobId}`)
        return queue.stall(jobId)
      },
      { discard: true }
    )
  }).pipe(Effect.repeat(Schedule.spaced(checkEvery)), Effect.asVoid)
