import { createHash } from "node:crypto"
import { Clock, Context, Effect, Layer, Random, Scope } from "effect"
import { Scheduler } from "effect/Scheduler"
import { TestClock } from "effect/testing"
import * as JobQueueMemory from "../../src/testing/JobQueueMemory.ts"
import { MemoryQueue } from "../../src/testing/MemoryQueue.ts"
import { makeTables } from "../../src/testing/memoryTables.ts"
import { makeDice } from "./dice.ts"
import { makeHub } from "./hub.ts"
import { judge } from "./judge.ts"
import { keepRunning } from "./lifecycle.ts"
import { planJobs, users } from "./plan.ts"
import { checkStalled, type Redis } from "./redis.ts"
import { makeScheduler } from "./scheduler.ts"
import { makeClients, produce } from "./outside.ts"
import { makeWeather } from "./weather.ts"
import * as worker from "./worker.ts"
import type { Visit } from "./visits.ts"
import { makeWorld, type World } from "./World.ts"

/** What came of one seed. Two runs of one seed have the same hash. */
export interface Simulated {
  readonly seed: number
  readonly violations: ReadonlyArray<string>
  readonly trace: ReadonlyArray<string>
  readonly hash: string
  readonly visited: ReadonlyArray<Visit>
}

/** When the simulation must be over, and how long what still runs may go on afterwards, in milliseconds. */
const horizon = 10 * 60_000
const afterwards = 20_000

/** Lives through one seed: all of it in this call, on a clock of its own. */
export const simulate = (seed: number): Simulated => {
  const dice = makeDice(seed)
  const scheduler = makeScheduler(dice)
  const weather = makeWeather(dice)
  const planned = planJobs(dice)
  const clock = Effect.runSync(Scope.provide(TestClock.make(), Scope.makeUnsafe()))
  const world = makeWorld(dice, weather, makeTables(users), clock, scheduler.world)
  const queue = Context.get(Effect.runSync(Layer.buildWithScope(JobQueueMemory.layer(), Scope.makeUnsafe())), MemoryQueue)
  const redis: Redis = { queue, locks: new Map() }
  const hub = makeHub(world)
  const clients = makeClients(world, hub)

  const begin = Effect.sync(() => {
    for (const name of ["worker1", "worker2"])
      world.spawn(keepRunning(world, name, worker.layer(world, redis, hub), () => weather.isRestless && !weather.isCalm()))
    world.spawn(keepRunning(world, "hub", hub.layer, () => false))
    world.spawn(checkStalled(world, redis))
    for (const job of planned) world.spawn(produce(world, queue, job))
  })
  const isOver = Effect.map(queue.counts, ({ completed, failed }) => completed + failed === planned.length)
  const drive = Effect.gen(function* () {
    yield* clock.adjust(0)
    yield* begin
    while (!(yield* isOver) && world.now() < horizon) yield* clock.adjust(500)
    weather.calm()
    yield* clock.adjust(afterwards)
    const jobs = new Map(
      yield* Effect.forEach(world.jobs.keys(), (id) => Effect.map(queue.find(id), (job) => [id, job] as const))
    )
    judge(world, { jobs, clients })
    return "over" as const
  })

  const last = Context.make(Scheduler, scheduler.last).pipe(
    Context.add(Random.Random, dice.random),
    Context.add(Clock.Clock, clock)
  )
  const fiber = Effect.runForkWith(last)(drive)
  scheduler.run()
  const exit = fiber.pollUnsafe()
  if (exit?._tag !== "Success") throw new Error(`seed ${seed} came to no end`, { cause: exit })

  const hash = createHash("sha256").update(world.trace.join("\n")).digest("hex")
  return { seed, violations: [...world.violations], trace: world.trace, hash, visited: visitedIn(world) }
}

const visitedIn = ({ tables, visits }: World): ReadonlyArray<Visit> => {
  const tags = new Map([...tables.outcomes.values()].map(({ jobId, outcome }) => [jobId, outcome.tag]))
  return visits.flatMap(({ boundary, fault, jobIds }) =>
    jobIds.flatMap((jobId) => {
      const tag = tags.get(jobId)
      return tag === undefined ? [] : [`${boundary} ${fault} ${tag}` as const]
    })
  )
}
