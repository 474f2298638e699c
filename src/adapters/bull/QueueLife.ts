import { Effect, Option, Semaphore } from "effect"
import { type Redis } from "ioredis"
import type { JobIdentity, Place } from "../../domain/JobRef.ts"
import { Lives } from "../../services/Lives.ts"
import { isStillThere, type Keys, nameLife, readStanding } from "./lifeKeys.ts"
import { type PickedUp, readPickUp, takePlace } from "./pickUp.ts"
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
 * A new life begins when Redis has no name for the present one, when the queue's hash does not know it or a higher count than Bull's
 * counter, when the ledger does not know it or knows a number of it that Redis never reached, or when a job has a number that the
 * ledger holds for another: Redis was emptied, or went back in time. Redis is asked as each job is taken, the ledger at the start and
 * after each lost connection, one job after another; a job that Redis has forgotten since it was taken stays in the life that was.
 * What waits in a list without a hash, such as a job that another run has ended, has no place at all.
 */
export const makeQueueLife = Effect.fnUntraced(function* (
  client: Redis,
  keys: Keys
): Effect.fn.Return<QueueLife, never, Lives> {
  const lives = yield* Lives
  const oneAtATime = Semaphore.makeUnsafe(1).withPermit
  const standing = untilRedisAnswers(() => readStanding(client, keys))
  let present = { life: 0, highest: 0, known: 0 }
  let isTrusted = false
  client.on("close", () => void (isTrusted = false))

  const beginAfter = Effect.fnUntraced(function* (name: string, after: number) {
    const life = yield* lives.begin(after)
    yield* untilRedisAnswers(() => nameLife(client, keys, name, life))
  })

  const settle: Effect.Effect<void> = Effect.gen(function* () {
    const { life: name, reached } = yield* standing
    const life = numberOf(name)
    if (isTrusted && life === present.life && reached >= present.highest) return
    const known = life > 0 ? yield* lives.highest(life) : Option.none<number>()
    if (Option.isNone(known)) return yield* Effect.andThen(beginAfter(name, 0), settle)
    const highest = Math.max(known.value, life === present.life ? present.highest : 0)
    const now = yield* standing
    if (now.life !== name) return yield* settle
    if (now.reached < highest) return yield* Effect.andThen(beginAfter(name, life), settle)
    present = { life, highest, known: highest }
    isTrusted = true
  })

  const placeAnew = Effect.fnUntraced(function* (number: number, identity: JobIdentity, job: RawJob, takenIn: number) {
    yield* settle
    const { known, life } = present
    if (number <= known && (yield* lives.isTaken({ life, number }, identity)))
      yield* Effect.andThen(beginAfter(String(life), life), settle)
    if (present.life === takenIn || takenIn === 0 || job.hasCustomId) return present.life
    return (yield* untilRedisAnswers(() => isStillThere(client, keys, job))) ? present.life : takenIn
  })

  const placeIn = Effect.fnUntraced(function* (picked: PickedUp, job: RawJob, identity: JobIdentity) {
    const { highest, known, life } = present
    const number = yield* untilRedisAnswers(() => takePlace(client, keys, job, picked.counter))
    const takenIn = numberOf(picked.life)
    const isSettled = isTrusted && picked.holds && takenIn === life && picked.counter >= highest && number > known
    return { life: isSettled ? life : yield* oneAtATime(placeAnew(number, identity, job, takenIn)), number }
  })

  return {
    place: (job, identity) => {
      const picked = readPickUp(job.hash)
      return picked === undefined
        ? Effect.succeed({ place: { life: present.life, number: 0 }, runs: 1, lostRuns: 0 })
        : Effect.map(placeIn(picked, job, identity), (place) => ({ place, runs: picked.runs, lostRuns: picked.lostRuns }))
    },
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

const numberOf = (name: string): number => (/^[1-9][0-9]{0,8}$/u.test(name) ? Number(name) : 0)
