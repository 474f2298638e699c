import { cp, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Fiber, Schedule } from "effect"
import { readKeys } from "../support/sinks.ts"
import { type Client, openClient } from "./Client.ts"
import type { Variant } from "./faults.ts"
import { planFaults } from "./planFaults.ts"
import { makeProducer, type Producer } from "./Producer.ts"
import { makeRandom } from "./random.ts"
import { readLedger } from "./readLedger.ts"
import { readTold } from "./readTold.ts"
import { reconcile } from "./reconcile.ts"
import { measureRecovery } from "./recovery.ts"
import { makeReport } from "./report.ts"
import { runFaults } from "./runFaults.ts"
import { searchLeaks } from "./searchLeaks.ts"
import { type Stage, startStage } from "./Stage.ts"
import type { Witnesses } from "./witnesses.ts"

/** A run of chaos. `perSecond` is the rate of jobs; `keepLogs` a folder for logs, witnesses and Redis's keys. */
export interface ChaosOptions {
  readonly seed: number
  readonly seconds: number
  readonly variant: Variant
  readonly perSecond: number
  readonly keepLogs?: string
}

/** Starts a deployment, has jobs come and faults happen, makes all good, waits until all is settled, and compares the witnesses. */
export const runChaos = Effect.fnUntraced(function* (options: ChaosOptions) {
  const { keepLogs, perSecond, seconds, seed, variant } = options
  const stage = yield* startStage(variant, users)
  const producer = yield* makeProducer(stage, seed, users, perSecond)
  const open = (userId: string) => openClient(userId, stage.secret, stage.hubUrls)
  const early = variant === "own" ? yield* Effect.forEach(users.slice(0, -latecomers), open) : []
  const background = yield* Effect.forEach([producer.produce, roam(early, seed)], (forever) => Effect.forkChild(forever))
  const { happened, kills } = yield* runFaults(stage, planFaults(seed, seconds, variant))
  yield* Effect.forEach(background, Fiber.interrupt)

  const late = variant === "own" ? yield* Effect.forEach(users.slice(-latecomers), open) : []
  yield* untilDrained(producer)
  const look = lookAt(stage, producer, [...early, ...late], variant)
  const witnesses = yield* look.pipe(
    Effect.repeat({
      schedule: Schedule.spaced("1 second").pipe(Schedule.upTo({ duration: "40 seconds" })),
      until: (witnesses) => reconcile(witnesses).unheard.length === 0
    }),
    Effect.andThen(look)
  )
  const leaked = yield* searchLeaks(stage, producer.queue.client)
  if (keepLogs !== undefined) {
    const left = yield* readKeys(producer.queue.client)
    yield* Effect.promise(() => keep(keepLogs, stage, left, witnesses))
  }
  const crashes = [...stage.parts.values()].flatMap((part) => part.crashes())
  const findings = { ...reconcile(witnesses), leaked }
  return makeReport({
    ...options,
    witnesses,
    findings,
    crashes,
    happened,
    recovery: measureRecovery(witnesses, kills, happened)
  })
}, Effect.scoped)

const users = Array.from({ length: 12 }, (_, index) => `user-${index + 1}`) as [string, ...Array<string>]

/** Users who come only when all is over. */
const latecomers = 2

const roam = Effect.fnUntraced(function* (clients: ReadonlyArray<Client>, seed: number): Effect.fn.Return<never> {
  const random = makeRandom(seed + 2)
  const [first, ...others] = clients
  if (first === undefined) return yield* Effect.never
  const moveOne = Effect.sync(() => random.pick([first, ...others]).move())
  return yield* Effect.forever(Effect.andThen(Effect.sleep("1500 millis"), moveOne))
})

/** Waits until nothing is left in the queue; two minutes, by which each job's deadline has passed more than once. */
const untilDrained = ({ queue }: Producer) =>
  Effect.tryPromise(() => queue.getJobCounts()).pipe(
    Effect.map(({ active, delayed, waiting }) => active + delayed + waiting),
    Effect.orElseSucceed(() => 1),
    Effect.repeat({
      schedule: Schedule.spaced("250 millis").pipe(Schedule.upTo({ duration: "2 minutes" })),
      until: (left) => left === 0
    })
  )

const lookAt = Effect.fnUntraced(function* (
  stage: Stage,
  { attempts }: Producer,
  clients: ReadonlyArray<Client>,
  variant: Variant
) {
  const transcripts = variant === "own" ? clients.map(({ heard, userId }) => ({ userId, heard: [...heard] })) : undefined
  const ledger = yield* readLedger(stage.asRoot, stage.key)
  const witnesses: Witnesses = {
    attempts: [...attempts],
    ledger,
    transcripts: transcripts ?? (yield* Effect.promise(() => readTold(stage.logs, users)))
  }
  return witnesses
})

const keep = async (folder: string, { logs }: Stage, left: Buffer, witnesses: Witnesses) => {
  await cp(logs, folder, { recursive: true })
  await writeFile(join(folder, "witnesses.json"), JSON.stringify(witnesses, null, 1))
  await writeFile(join(folder, "redis.txt"), left)
}
