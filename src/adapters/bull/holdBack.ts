import { type Queue } from "bull"
import { Effect, FiberHandle, type Scope, Semaphore } from "effect"
import type { Breakers } from "../../services/Breakers.ts"

/** How long a breaker must be open before Bull is told: stopping to take jobs costs it a connection. */
const patience = "1 second"

/** Has Bull take no jobs in this process while a breaker is open for longer than a second. */
export const holdBack = (queue: Queue, breakers: Breakers["Service"]): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const pausing = yield* FiberHandle.make()
    const oneAtATime = Semaphore.makeUnsafe(1).withPermit
    let isWanted = false
    let isPaused = false
    const settle = oneAtATime(
      Effect.suspend(() => {
        if (isWanted === isPaused) return Effect.void
        isPaused = isWanted
        return Effect.promise(() => (isPaused ? queue.pause(true, true) : queue.resume(true)).catch(() => undefined))
      })
    )
    yield* breakers.watch((open) => {
      isWanted = open.size > 0
      return isWanted ? FiberHandle.run(pausing, Effect.delay(settle, patience), { onlyIfMissing: true }) : settle
    })
  })
