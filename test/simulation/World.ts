import { Clock, Context, Effect, type Fiber, Random } from "effect"
import { Scheduler } from "effect/Scheduler"
import type { JobIdentity } from "../../src/domain/JobRef.ts"
import type { Recorded } from "../../src/domain/Outcome.ts"
import type { MemoryTables } from "../../src/testing/memoryTables.ts"
import type { Dice } from "./dice.ts"
import type { Boundary, Fault } from "./faults.ts"
import { recordingLogger } from "./logs.ts"
import type { PlannedJob } from "./plan.ts"
import { makeProcess, type Process } from "./Process.ts"
import type { Run } from "./Run.ts"
import type { Weather } from "./weather.ts"

/** One call that was made, what became of it, and the ids of the jobs that it was about. */
export interface Visit {
  readonly boundary: Boundary
  readonly fault: Fault
  readonly jobIds: ReadonlyArray<string>
}

/** The first outcome that the ledger showed of a job, and the run that brought it about. */
export interface Decision {
  readonly recorded: Recorded
  readonly run: Run | undefined
}

/** All that a simulation consists of, and all that is seen of it from outside the processes. */
export interface World {
  readonly dice: Dice
  readonly weather: Weather
  readonly tables: MemoryTables
  readonly now: () => number
  readonly jobs: Map<string, PlannedJob>
  readonly jobIds: Map<JobIdentity, string>
  /** In which order Redis has accepted the jobs. */
  readonly places: Map<string, number>
  readonly runs: Array<Run>
  readonly decisions: Map<string, Decision>
  readonly told: Array<Recorded>
  readonly visits: Array<Visit>
  readonly trace: Array<string>
  readonly logs: Array<string>
  readonly violations: Set<string>
  /** Starts what no process does: users, operators, Redis. */
  readonly spawn: (effect: Effect.Effect<void>) => void
  readonly begin: (name: string) => Process
  /** Starts something in a process. */
  readonly runIn: <A>(process: Process, effect: Effect.Effect<A>) => Fiber.Fiber<A>
}

/** A world in which nothing has happened yet. */
export const makeWorld = (
  dice: Dice,
  weather: Weather,
  tables: MemoryTables,
  clock: Clock.Clock,
  scheduler: Scheduler
): World => {
  const logs: Array<string> = []
  const runs: Array<Run> = []
  const now = () => clock.currentTimeMillisUnsafe()
  const outside = Context.make(Scheduler, scheduler).pipe(Context.add(Random.Random, dice.random))
  const within = (clock: Clock.Clock) => Context.add(outside, Clock.Clock, clock).pipe(Context.merge(recordingLogger(logs)))
  const contexts = new WeakMap<Process, ReturnType<typeof within>>()
  const contextOf = (process: Process) => {
    const context = contexts.get(process) ?? within(process.clock)
    contexts.set(process, context)
    return context
  }
  const spawn = Effect.runForkWith(within(clock))

  return {
    dice,
    weather,
    tables,
    now,
    jobs: new Map(),
    jobIds: new Map(),
    places: new Map(),
    runs,
    decisions: new Map(),
    told: [],
    visits: [],
    trace: [],
    logs,
    violations: new Set(),
    spawn,
    begin: (name) =>
      makeProcess(name, clock, spawn, (milliseconds) => {
        for (const run of runs) if (run.process === name) run.troubledUntil = now() + milliseconds
      }),
    runIn: (process, effect) => Effect.runForkWith(contextOf(process))(Effect.andThen(process.gate, effect))
  }
}
