import { Clock, Effect, Random } from "effect"

const longest = 60_000
const spread = 2_000

/**
 * How many milliseconds an answer asks to be left alone, at most 60,000: its `Retry-After` in seconds or as a date (RFC 9110, 10.2.3 and
 * 5.6.7) beside a status 503 or 429 (RFC 6585, 4), read at `now`, in milliseconds since 1970. Absent for any other status or text.
 */
export const readRetryAfter = (status: number, text: unknown, now: number): number | undefined => {
  if ((status !== 503 && status !== 429) || typeof text !== "string") return undefined
  const wait = /^[0-9]{1,9}$/u.test(text) ? Number(text) * 1000 : readDate(text) - now
  return Number.isNaN(wait) ? undefined : Math.min(longest, Math.max(0, wait))
}

/** Makes a call of a neighbour wait until the neighbour wants to be asked again. */
export type Heed = <A extends { readonly retryAfter?: number }, E, R>(call: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Keeps the calls of one neighbour, whoever makes them, from being sent before the time that its answers name; each waits a random time
 * up to two seconds longer, so that they do not come together. None waits longer than 62 seconds for one answer.
 */
export const makeHeed = (): Heed => {
  let notBefore = 0
  const wait: Effect.Effect<void> = Effect.gen(function* () {
    const left = notBefore - (yield* Clock.currentTimeMillis)
    if (left <= 0 || left > longest) return
    yield* Effect.sleep(left + (yield* Random.next) * spread)
    yield* wait
  })
  const note = Effect.fnUntraced(function* (retryAfter: number) {
    notBefore = Math.max(notBefore, (yield* Clock.currentTimeMillis) + retryAfter)
  })
  return (call) =>
    Effect.suspend(() => (notBefore === 0 ? call : Effect.andThen(wait, call))).pipe(
      Effect.tap(({ retryAfter }) => (retryAfter === undefined ? Effect.void : note(retryAfter)))
    )
}

const days = "(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
const months = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
const time = "[0-9]{2}:[0-9]{2}:[0-9]{2}"

const dates = new RegExp(
  `^${days}, [0-9]{2}(?: ${months} [0-9]{4}|-${months}-[0-9]{2}) ${time} GMT$|^${days} ${months} [ 0-9][0-9] ${time} [0-9]{4}$`,
  "u"
)

const readDate = (text: string): number =>
  dates.test(text) ? Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`) : Number.NaN
