import { Clock, Duration, Effect } from "effect"
import { InvalidToken, type VerifierUnavailable } from "../../domain/Errors.ts"
import { isTransient } from "../../domain/isTransient.ts"
import type { Breakers } from "../../services/Breakers.ts"
import { type Fetched, type KeySource } from "./KeySource.ts"
import { type Algorithm } from "./readKeySet.ts"
import { type Wanted } from "./StrictJwt.ts"

const freshFor = Duration.toMillis("10 minutes")
const staleFor = Duration.toMillis("1 hour")
const cooldown = Duration.toMillis("30 seconds")

/**
 * The keys of an issuer. They are fetched when they are first needed and again after ten minutes; where that fails they go on for one
 * hour more. A token finds its key where exactly one is for its `alg` and, if it has a `kid`, of that name.
 */
export interface KeySet {
  /**
   * The key for a token. One that is not in the set has the set fetched anew, at most once in 30 seconds; if it is not there either,
   * `InvalidToken` is `signature`. While the set cannot be had, the caller waits without end, or gets `badAnswer` at once.
   */
  readonly find: (wanted: Wanted<Algorithm>) => Effect.Effect<CryptoKey, InvalidToken | VerifierUnavailable>
}

/**
 * A key set that has its keys from a source. The verifier counts as away while there are no keys to verify with and none can be had for
 * now; it is probed by fetching them.
 */
export const makeKeySet = Effect.fnUntraced(function* (source: KeySource, breakers: Breakers["Service"]) {
  let coolsUntil = 0

  const obtain = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (isUsable(source.fetched(), now)) return
    if (!isHopeless(source.fetched()) || now >= source.fetched().notBefore) yield* source.refresh
    const { failure } = source.fetched()
    if (failure !== undefined) return yield* failure
  })
  const guarded = yield* breakers.guard("verifier", {
    whyAway: (error: VerifierUnavailable) => (isTransient(error) ? error.reason : undefined),
    probe: obtain
  })

  const freshen = Effect.fnUntraced(function* (wanted: Wanted<Algorithm>, now: number) {
    const fetched = source.fetched()
    if (!isUsable(fetched, now)) {
      yield* Effect.ignore(guarded(obtain))
    } else if (!isYounger(freshFor, fetched, now) && select(fetched, wanted) !== undefined) {
      yield* fetched.failure === undefined ? source.refresh : source.start
    }
  })

  const refreshFor = Effect.fnUntraced(function* (seen: number, now: number) {
    const { count, failure } = source.fetched()
    const mayRefresh = now >= coolsUntil
    if (count > seen) return yield* unknownKey
    if (mayRefresh || source.isFetching()) {
      if (mayRefresh) coolsUntil = now + cooldown
      yield* source.refresh
      return yield* hope(source)
    }
    if (failure === undefined) return yield* unknownKey
    yield* hope(source)
    yield* Effect.race(source.next, Effect.sleep(coolsUntil - now))
  })

  const look = Effect.fnUntraced(function* (wanted: Wanted<Algorithm>, seen: number) {
    const now = yield* Clock.currentTimeMillis
    yield* freshen(wanted, now)
    const fetched = source.fetched()
    if (!isUsable(fetched, now)) return yield* hope(source)
    return select(fetched, wanted) ?? (yield* refreshFor(seen, now))
  })

  const find = (wanted: Wanted<Algorithm>, seen: number): ReturnType<KeySet["find"]> =>
    Effect.flatMap(look(wanted, seen), (key) => (key === undefined ? find(wanted, seen) : Effect.succeed(key)))

  const keySet: KeySet = { find: (wanted) => Effect.suspend(() => find(wanted, source.fetched().count)) }
  return keySet
})

const unknownKey = Effect.suspend(() => Effect.fail(new InvalidToken({ reason: "signature" })))

const isYounger = (age: number, { count, at }: Fetched, now: number) => count > 0 && Math.abs(now - at) < age

const isUsable = (fetched: Fetched, now: number) => isYounger(freshFor + staleFor, fetched, now)

const select = ({ keys }: Fetched, { algorithm, kid }: Wanted<Algorithm>): CryptoKey | undefined => {
  const fitting = keys.filter((key) => key.algorithm === algorithm && (kid === undefined || key.kid === kid))
  return fitting.length === 1 ? fitting[0]?.key : undefined
}

const hope = (source: KeySource): Effect.Effect<undefined, VerifierUnavailable> =>
  Effect.suspend(() => {
    const fetched = source.fetched()
    return isHopeless(fetched) ? Effect.fail(fetched.failure) : Effect.undefined
  })

const isHopeless = (fetched: Fetched): fetched is Fetched & { readonly failure: VerifierUnavailable } =>
  fetched.failure !== undefined && !isTransient(fetched.failure)
