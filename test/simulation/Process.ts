import { type Clock, Effect, Latch } from "effect"

/**
 * A process of the simulation. One that is killed does nothing more, not even its finalizers: whatever its fibers wait for never
 * comes. One that is frozen does nothing until it thaws.
 */
export interface Process {
  readonly name: string
  readonly isAlive: () => boolean
  readonly isFrozen: () => boolean
  /** Where every fiber of the process passes before it does anything that is seen outside. */
  readonly gate: Effect.Effect<void>
  /** The clock, behind the gate. */
  readonly clock: Clock.Clock
  readonly kill: () => void
  readonly freeze: (milliseconds: number) => void
  /** Returns once the process was killed. */
  readonly killed: Effect.Effect<void>
}

/** Whether a process lives and does not stand still. */
export const isWorking = (process: Process): boolean => process.isAlive() && !process.isFrozen()

/** A process that runs. `spawn` starts what is outside of it; `frozen` hears for how long it will stand still. */
export const makeProcess = (
  name: string,
  clock: Clock.Clock,
  spawn: (effect: Effect.Effect<void>) => void,
  frozen: (milliseconds: number) => void
): Process => {
  const death = Latch.makeUnsafe(false)
  const thawed = Latch.makeUnsafe(true)
  let isAlive = true
  let isFrozen = false

  const gate: Effect.Effect<void> = Effect.suspend(() => {
    if (!isAlive) return Effect.never
    return isFrozen ? Effect.andThen(thawed.await, gate) : Effect.void
  })
  const thaw = Effect.sync(() => {
    isFrozen = false
    thawed.openUnsafe()
  })
  return {
    name,
    isAlive: () => isAlive,
    isFrozen: () => isFrozen,
    gate,
    clock: { ...clock, sleep: (duration) => Effect.andThen(clock.sleep(duration), gate) },
    kill: () => {
      isAlive = false
      death.openUnsafe()
    },
    freeze: (milliseconds) => {
      if (isFrozen || !isAlive) return
      isFrozen = true
      thawed.closeUnsafe()
      frozen(milliseconds)
      spawn(Effect.delay(thaw, milliseconds))
    },
    killed: death.await
  }
}
