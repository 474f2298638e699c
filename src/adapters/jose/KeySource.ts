import { Clock, Deferred, Duration, Effect, Exit, Fiber, References, Schedule, Scope } from "effect"
import { backoff } from "../../domain/backoff.ts"
import type { VerifierUnavailable } from "../../domain/Errors.ts"
import { type VerificationKey } from "./readKeySet.ts"

/** What the fetches so far have brought. Times are in milliseconds since 1970. */
export interface Fetched {
  /** The keys of the latest fetch that succeeded, when it ended, and how many have succeeded. */
  readonly keys: ReadonlyArray<VerificationKey>
  readonly at: number
  readonly count: number
  /** Why the latest fetch failed, if it did, and before when there is no other. */
  readonly failure: VerifierUnavailable | undefined
  readonly notBefore: number
}

/** Fetches keys when asked to, one fetch at a time, and in an outage one for each step of `backoff`. */
export interface KeySource {
  readonly fetched: () => Fetched
  readonly isFetching: () => boolean
  /** Sees to it that a fetch is under way, or will be when it may. */
  readonly start: Effect.Effect<void>
  /** Does the same and waits for its end. A caller that stops waiting does not cut it off. */
  readonly refresh: Effect.Effect<void>
  /** Waits for the end of a fetch without asking for one. */
  readonly next: Effect.Effect<void>
}

/** A source of keys. Its fetches end with the scope. An outage is logged when it begins and when it is over. */
export const makeKeySource = Effect.fnUntraced(function* (
  fetchKeys: Effect.Effect<ReadonlyArray<VerificationKey>, VerifierUnavailable>
) {
  const scope = yield* Scope.Scope
  let fetched: Fetched = { keys: [], at: 0, count: 0, failure: undefined, notBefore: 0 }
  let step = yield* Schedule.toStep(backoff)
  let running: Fiber.Fiber<void> | undefined
  let next = yield* Deferred.make<void>()

  const succeed = Effect.fnUntraced(function* (keys: ReadonlyArray<VerificationKey>) {
    if (fetched.failure !== undefined) yield* Effect.logInfo("the key set of JWT_JWKS_URL is there again")
    step = yield* Schedule.toStep(backoff)
    const at = yield* Clock.currentTimeMillis
    fetched = { keys, at, count: fetched.count + 1, failure: undefined, notBefore: 0 }
  })

  const fail = Effect.fnUntraced(function* (failure: VerifierUnavailable) {
    if (fetched.failure === undefined) yield* Effect.logWarning(`the key set of JWT_JWKS_URL cannot be had: ${failure.reason}`)
    const now = yield* Clock.currentTimeMillis
    const [, delay] = yield* Effect.orDie(step(now, undefined))
    fetched = { ...fetched, failure, notBefore: now + Duration.toMillis(delay) }
  })

  const fetchOnce = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* Effect.sleep(Math.max(0, fetched.notBefore - now))
    yield* Effect.matchEffect(fetchKeys, { onSuccess: succeed, onFailure: fail })
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        running = undefined
        Deferred.doneUnsafe(next, Exit.void)
        next = Deferred.makeUnsafe()
      })
    ),
    Effect.provideService(References.CurrentLogAnnotations, {})
  )

  const start = Effect.suspend(() =>
    running === undefined ? Effect.map(Effect.forkIn(fetchOnce, scope), (fiber) => (running = fiber)) : Effect.succeed(running)
  ).pipe(Effect.uninterruptible)

  const source: KeySource = {
    fetched: () => fetched,
    isFetching: () => running !== undefined,
    start: Effect.asVoid(start),
    refresh: Effect.flatMap(start, Fiber.join),
    next: Effect.suspend(() => Deferred.await(next))
  }
  return source
})
