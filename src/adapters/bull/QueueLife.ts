import { Effect, Option, Semaphore } from "effect"
import { type Redis } from "ioredis"
import type { Place } from "../../domain/JobRef.ts"
import { Lives } from "../../services/Lives.ts"
import { type Keys, nameLife, type PickedUp, pickUp, readCounter, readLife } from "./pickUp.ts"
import { type RawJob } from "./rawJobs.ts"
import { untilRedisAnswers } from "./untilRedisAnswers.ts"

/** Where a job stands, and how often it was picked up, this time included. */
export interface Placed {
  readonly place: Place
  readonly runs: number
}

/** Places jobs in the order of acceptance, over all that may happen to Redis. */
export interface QueueLife {
  readonly place: (job: RawJob) => Effect.Effect<Placed>
  /** Takes note of where an ended job counts: the ledger may have begun a new life for it. */
  readonly ended: (place: Place, life: number) => Effect.Effect<void>
}

/**
 * A new life begins when Redis has no name for the present one, when the ledger does not know it, or when Bull's counter stands
 * below a number that the ledger holds of it: Redis was emptied, or went back in time.
 */
export const makeQueueLife = Effect.fnUntraced(function* (
  client: Redis,
  keys: Keys
): Effect.fn.Return<QueueLife, never, Lives> {
  const lives = yield* Lives
  const oneAtATime = Semaphore.makeUnsafe(1).withPermit
  let present = { life: 0, highest: 0 }

  const begin = Effect.fnUntraced(function* (name: string | undefined, after: number) {
    const life = yield* lives.begin(after)
    return yield* untilRedisAnswers(() => nameLife(client, keys, name, life))
  })

  const settle: (name: string | undefined) => Effect.Effect<number> = Effect.fnUntraced(function* (name) {
    const life = /^[1-9][0-9]{0,8}$/u.test(name ?? "") ? Number(name) : 0
    const known = life > 0 ? yield* lives.highest(life) : Option.none<number>()
    if (Option.isNone(known)) return yield* settle(yield* begin(name, 0))
    const highest = Math.max(known.value, life === present.life ? present.highest : 0)
    const counter = yield* untilRedisAnswers(() => readCounter(client, keys))
    if (counter < highest) return yield* settle(yield* begin(name, life))
    present = { life, highest }
    return life
  })

  const lifeOf = ({ life, counter }: PickedUp, before: typeof present): Effect.Effect<number> =>
    Number(life) === before.life && counter >= before.highest
      ? Effect.succeed(before.life)
      : oneAtATime(
          Effect.flatMap(
            Effect.suspend(() => untilRedisAnswers(() => readLife(client, keys))),
            settle
          )
        )

  return {
    place: (job) =>
      Effect.suspend(() => {
        const before = present
        return untilRedisAnswers(() => pickUp(client, keys, job)).pipe(
          Effect.flatMap((picked) =>
            Effect.map(lifeOf(picked, before), (life) => ({ place: { life, number: picked.number }, runs: picked.runs }))
          )
        )
      }),
    ended: (place, life) =>
      Effect.suspend(() => {
        if (life > place.life && life > present.life) {
          present = { life, highest: place.number }
          return Effect.asVoid(untilRedisAnswers(() => nameLife(client, keys, String(place.life), life)))
        }
        if (life === present.life) present = { life, highest: Math.max(present.highest, place.number) }
        return Effect.void
      })
  }
})
