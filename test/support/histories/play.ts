import { Effect } from "effect"
import { identify } from "../../../src/domain/identify.ts"
import type { JobIdentity } from "../../../src/domain/JobRef.ts"
import { until } from "../until.ts"
import type { Faults } from "./faults.ts"
import type { History, PlannedJob, Turn } from "./history.ts"
import type { World } from "./world.ts"

/** What a history came to: the value that each user's row must have, and jobs that did not end as they had to. */
export interface Played {
  readonly seed: number
  readonly rows: ReadonlyMap<string, string>
  readonly misjudged: ReadonlyArray<string>
}

interface AddedJob {
  readonly plan: PlannedJob
  readonly id: string
  readonly identity: JobIdentity
}

/** The user's Id in the history of a seed. */
export const userOf = (seed: number, user: number): string => `s${seed}u${user}`

/**
 * Plays a history, and works out from Redis' own numbers what must have come of it: in each half the job with the highest number that
 * was not to be refused, and the second half after the first.
 */
export const play = Effect.fnUntraced(function* (world: World, faults: Faults, { halves, seed, turn }: History) {
  const rows = new Map<string, string>()
  const misjudged: Array<string> = []
  for (const [half, plans] of halves.entries()) {
    if (half === 1 && turn !== "goesOn") yield* turns[turn](world)
    const added: Array<AddedJob> = []
    const ended = until(
      Effect.sync(() => added.every(({ identity }) => world.ended.has(identity))),
      (all) => all
    )
    for (const [index, plan] of plans.entries()) {
      added.push(yield* add(world, faults, seed, plan, keepsIds[turn] ? half * 20 + index : index))
    }
    yield* ended
    const placed = yield* Effect.forEach(added, (job) =>
      Effect.map(placeOf(world, job), (place) => ({ place, plan: job.plan }))
    )
    for (const { plan } of placed.filter(({ plan }) => plan.isRefused === "no").toSorted((a, b) => a.place - b.place))
      rows.set(userOf(seed, plan.user), plan.value)
    for (const { identity, plan } of added)
      if ((world.ended.get(identity) === "Updated") !== (plan.isRefused === "no"))
        misjudged.push(`${plan.value} ${world.ended.get(identity)}`)
  }
  yield* until(Effect.sync(faults.frozen), (count) => count === 0)
  return { seed, rows, misjudged } satisfies Played
})

const add = Effect.fnUntraced(function* (world: World, faults: Faults, seed: number, plan: PlannedJob, index: number) {
  const { name, plans, producer } = world
  const { custom, delay, isKept, isRefused, priority, user, value } = plan
  plans.set(value, plan)
  const Id = userOf(seed, user)
  const Token = isRefused === "token" ? "no token" : `token of ${Id}`
  const data = { Id, Token, Phone: "0912345678", Password: value, Username: value, Image: "x.jpg" }
  const jobIds = { no: undefined, text: `custom-${seed}-${index}`, digits: String(9_000_000_000 + seed * 100 + index) }
  const kept = { removeOnComplete: !isKept && custom === "no", removeOnFail: !isKept && custom === "no" }
  const jobId = jobIds[custom]
  return yield* Effect.promise(async () => {
    if (plan.hasGapBefore) await (await producer.add({}, { delay: 3_600_000 })).remove()
    const job = await producer.add(data, { delay, priority, ...kept, ...(jobId === undefined ? {} : { jobId }) })
    const id = String(job.id)
    await Effect.runPromise(faults.added(value, id))
    return { plan, id, identity: identify({ prefix: "bull", name }, id, String(job.timestamp)) } satisfies AddedJob
  })
})

const placeOf = ({ producer }: World, { id, plan }: AddedJob): Effect.Effect<number> =>
  plan.custom === "no"
    ? Effect.succeed(Number(id))
    : Effect.promise(async () => Number(await producer.client.hget(producer.toKey(id), "updatePlace")))

/** Whether jobs that ended before the turn may still be there after it, so that their ids cannot be used again. */
const keepsIds: Readonly<Record<Turn, boolean>> = {
  goesOn: true,
  restarted: true,
  flushed: false,
  obliterated: false,
  rewound: false
}

const turns: Readonly<Record<Exclude<Turn, "goesOn">, (world: World) => Effect.Effect<unknown>>> = {
  flushed: ({ name, producer }) =>
    Effect.promise(async () => producer.client.del(...(await producer.client.keys(`bull:${name}*`)))),
  obliterated: ({ producer }) =>
    Effect.promise(async () => {
      await producer.obliterate({ force: true })
      await producer.resume()
    }),
  restarted: ({ startWorkers, stopWorkers }) => Effect.andThen(stopWorkers, startWorkers),
  rewound: ({ name, producer, startWorkers, stopWorkers }) =>
    stopWorkers.pipe(
      Effect.andThen(
        Effect.promise(async () => {
          const { client } = producer
          const counter = Number(await client.get(producer.toKey("id")))
          const keys = await client.keys(`bull:${name}*`)
          await client.del(...keys.filter((key) => key !== `bull:${name}~life`))
          await client.set(producer.toKey("id"), Math.max(1, counter - 3))
        })
      ),
      Effect.andThen(startWorkers)
    )
}
