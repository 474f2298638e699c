import { Effect, Option, Semaphore } from "effect"
import { type Redis } from "ioredis"
import type { JobIdentity, Place } from "../../domain/JobRef.ts"
import { Lives } from "../../services/Lives.ts"
import { type Keys, nameLife, pickUp, readCounter, readLife } from "./pickUp.ts"
import type { RawJob } from "./rawJobs.ts"
import { untilRedisAnswers } from "./untilRedisAnswers.ts"

/** Where a job stands, how often it was picked up, this time included, and how many of those runs were lost. */
export interface Placed {
  readonly place: Place
  readonly runs: number
  readonly lostRuns: number
}

/** Places jobs in the order of acceptance, over all that may happen to Redis. */
export interface QueueLife {
  readonly place: (job: RawJob, identity: JobIdentity) => Effect.Effect<Placed>
  /** Takes note of where an ended job counts: the ledger may have begun a new life for it. */
  readonly ended: (place: Place, life: number) => Effect.Effect<void>
}

/**
 * A new life begins when Redis has no name for the present one, when the ledger does not know it, when Bull's counter stands below a
 * number that the ledger holds of it, or when a job has a number that it holds for another: Redis was emptied, or went back in time.
 * That is asked, one job after another, at the start and after each lost connection; a job that Redis has forgotten since it was taken
 * stays in the life that was. What waits in a list without a hash, such as a job that another run has ended, has no place at all.
 */
export const makeQueueLife = Effect.fnUntraced(function* (
  client: Redis,
  keys: Keys
): Effect.fn.Return<QueueLife, never, Lives> {
  const lives = yield* Lives
  const oneAtATime = Semaphore.makeUnsafe(1).withPermit
  let present = { life: 0, highest: 0, known: 0 }
  let isTrusted = false
  client.on("close", () => void (isTrusted = false))

  const begin = Effect.fnUntraced(function* (name: string | undefined, after: number) {
    const life = yield* lives.begin(after)
    return yield* untilRedisAnswers(() => nameLife(client, keys, name, life))
  })

  const settle: (name: string | undefined) => Effect.Effect<void> = Effect.fnUntraced(function* (name) {
    const life = numberOf(name)
    if (isTrusted && life === present.life && (yield* untilRedisAnswers(() => readCounter(client, keys))) >= present.highest)
      return
    const known = life > 0 ? yield* lives.highest(life) : Option.none<number>()
    if (Option.isNone(known)) return yield* settle(yield* begin(name, 0))
    const highest = Math.max(known.value, life === present.life ? present.highest : 0)
    const counter = yield* untilRedisAnswers(() => readCounter(client, keys))
    if (counter < highest) return yield* settle(yield* begin(name, life))
    present = { life, highest, known: highest }
    isTrusted = true
  })

  const placeAnew = Effect.fnUntraced(function* (number: number, identity: JobIdentity) {
    const name = yield* untilRedisAnswers(() => readLife(client, keys))
    yield* settle(name)
    const { known, life } = present
    if (number <= known && (yield* lives.isTaken({ life, number }, identity))) yield* settle(yield* begin(String(life), life))
    return present.life
  })

  return {
    place: Effect.fnUntraced(function* (job, identity) {
      const { highest, known, life } = present
      const picked = yield* untilRedisAnswers(() => pickUp(client, keys, job))
      const { counter, isGone, lostRuns, number, runs } = picked
      if (job.hash["timestamp"] === undefined) return { place: { life, number: 0 }, runs, lostRuns }
      if (isGone && life > 0 && !job.hasCustomId) return { place: { life, number }, runs, lostRuns }
      const isSettled = isTrusted && numberOf(picked.life) === life && counter >= highest && number > known
      return { place: { life: isSettled ? life : yield* oneAtATime(placeAnew(number, identity)), number }, runs, lostRuns }
    }),
    ended: (place, life) =>
      Effect.suspend(() => {
        if (life > place.life && life > present.life) {
          present = { life, highest: place.number, known: 0 }
          return Effect.asVoid(untilRedisAnswers(() => nameLife(client, keys, String(place.life), life)))
        }
        if (life === present.life) present = { ...present, highest: Math.max(present.highest, place.number) }
        return Effect.void
      })
  }
})

const numberOf = (name: string | undefined): number => (/^[1-9][0-9]{0,8}$/u.test(name ?? "") ? Number(name) : 0)
