import { Effect } from "effect"
import type { Boundary, Fault } from "./faults.ts"
import { canary } from "./plan.ts"
import type { Process } from "./Process.ts"
import { CurrentRun, type Run } from "./Run.ts"
import { watchCall } from "./watch.ts"
import type { World } from "./World.ts"

/** How a neighbour says that there is no answer, and that the answer is no. */
export interface Errors<E> {
  readonly away: () => E
  readonly refusal?: () => E & { readonly _tag: string; readonly reason: string }
}

/** One call across a boundary, of one process. It is about the job of its run, unless `jobIds` says about which. */
export interface Call<A, E> {
  readonly process: Process
  readonly boundary: Boundary
  readonly jobIds?: () => ReadonlyArray<string>
  readonly effect: Effect.Effect<A, E>
  readonly errors: Errors<E>
}

/** How long a process waits for an answer before it takes the neighbour for away, in milliseconds. */
const patience = 5000

/** Makes a call in this world: it takes a while, in which other fibers go on, and the weather says what becomes of it. */
export const callIn = <A, E>(world: World, call: Call<A, E>): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    const run = yield* CurrentRun
    if (run !== undefined && call.boundary === "verify") run.began ??= world.now()
    yield* latency(world, call.process)
    watchCall(world, call.boundary, run)
    const jobIds = call.jobIds?.() ?? (run === undefined ? [] : [run.jobId])
    const fault = world.weather.next(call.boundary, world.now(), world.jobs.get(jobIds[0] ?? "")?.kind === "poison")
    world.visits.push({ boundary: call.boundary, fault, jobIds })
    world.trace.push(`${world.now()} ${call.process.name} ${call.boundary} ${fault} ${jobIds.join(" ")}`)
    const answer = yield* fates[fault](world, call, run).pipe(fault === "works" ? (same) => same : noting(world, run))
    yield* call.process.gate
    return answer
  })

type Fate = <A, E>(world: World, call: Call<A, E>, run: Run | undefined) => Effect.Effect<A, E>

const works: Fate = (world, { effect, process }, run) =>
  Effect.tapError(effect, (error) => Effect.sync(() => setVerdict(world, run, error))).pipe(Effect.tap(() => process.gate))

const away: Fate = (_world, { errors }) => Effect.suspend(() => Effect.fail(errors.away()))

const kill: Fate = (_world, { process }) => Effect.andThen(Effect.sync(process.kill), Effect.never)

const freeze = ({ dice }: World, process: Process) =>
  Effect.andThen(
    Effect.sync(() => process.freeze(dice.chance(0.5) ? dice.between(500, 4000) : dice.between(9000, 15_000))),
    process.gate
  )

const fates: Readonly<Record<Fault, Fate>> = {
  works,
  fails: away,
  doneButFails: (world, call, run) => Effect.andThen(Effect.exit(call.effect), away(world, call, run)),
  neverAnswers: (world, call, run) =>
    Effect.suspend(() => (world.dice.chance(0.5) ? Effect.exit(call.effect) : Effect.void)).pipe(
      Effect.andThen(Effect.sleep(patience)),
      Effect.andThen(away(world, call, run))
    ),
  freezes: (world, call, run) =>
    Effect.suspend(() =>
      world.dice.chance(0.5)
        ? Effect.andThen(freeze(world, call.process), works(world, call, run))
        : Effect.tap(works(world, call, run), () => freeze(world, call.process))
    ),
  killedBefore: kill,
  killedAfter: (world, call, run) => Effect.andThen(Effect.exit(call.effect), kill(world, call, run)),
  refuses: (world, { errors }, run) =>
    Effect.suspend(() => {
      const refusal = (errors.refusal ?? errors.away)()
      setVerdict(world, run, refusal)
      return Effect.fail(refusal)
    }),
  bug: (world, { boundary }, run) =>
    Effect.suspend(() => {
      if (boundary !== "announce") setVerdict(world, run, { _tag: "Defect", reason: "bug" })
      return Effect.die(new TypeError(`a bug with ${canary} in it`))
    })
}

const noting =
  (world: World, run: Run | undefined) =>
  <A, E>(self: Effect.Effect<A, E>) =>
    Effect.ensuring(
      self,
      Effect.sync(() => {
        if (run !== undefined) run.troubledUntil = Math.max(run.troubledUntil, world.now())
      })
    )

const setVerdict = (world: World, run: Run | undefined, error: unknown) => {
  if (run === undefined || world.decisions.has(run.jobId) || typeof error !== "object" || error === null) return
  if ("_tag" in error && "reason" in error) run.verdict = `${String(error._tag)}: ${String(error.reason)}`
}

const latency = ({ dice }: World, { gate }: Process) =>
  Effect.andThen(
    Effect.suspend(() => (dice.chance(0.7) ? Effect.yieldNow : Effect.sleep(dice.between(1, 20)))),
    gate
  )
