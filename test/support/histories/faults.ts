import type Bull from "bull"
import { Deferred, Effect } from "effect"
import type { PlannedJob } from "./history.ts"

/** Has faults befall runs; each job meets its own once. */
export interface Faults {
  /** Says under which id the job with this value was added. */
  readonly added: (value: string, id: string) => Effect.Effect<void>
  /** Befalls the run that has come to this moment, if that is planned. */
  readonly strike: (value: string, plan: PlannedJob | undefined, moment: "Before" | "After") => Effect.Effect<void>
  /** How many runs are frozen now. */
  readonly frozen: () => number
}

/**
 * A killed run never goes on, a frozen one goes on after a while; either way its lock is lost, so that Bull delivers the job again.
 */
export const makeFaults = (producer: Bull.Queue): Faults => {
  const ids = new Map<string, Deferred.Deferred<string>>()
  const struck = new Set<string>()
  let frozen = 0
  const idOf = (value: string) => {
    const known = ids.get(value) ?? Deferred.makeUnsafe<string>()
    ids.set(value, known)
    return known
  }
  return {
    frozen: () => frozen,
    added: (value, id) => Effect.asVoid(Deferred.succeed(idOf(value), id)),
    strike: (value, plan, moment) =>
      Effect.suspend(() => {
        const fault = plan?.fault ?? "none"
        if (!fault.endsWith(moment) || struck.has(value)) return Effect.void
        struck.add(value)
        const lost = Effect.flatMap(Deferred.await(idOf(value)), (id) => Effect.promise(() => loseLock(producer, id)))
        if (fault.startsWith("killed")) return Effect.andThen(lost, Effect.never)
        frozen++
        return lost.pipe(Effect.andThen(Effect.sleep("300 millis")), Effect.ensuring(Effect.sync(() => frozen--)))
      })
  }
}

const loseLock = async (producer: Bull.Queue, id: string) => {
  await producer.client.del(`${producer.toKey(id)}:lock`, producer.toKey("stalled-check"))
  await producer.client.sadd(producer.toKey("stalled"), id)
  await (producer as Bull.Queue & { moveUnlockedJobsToWait(): Promise<unknown> }).moveUnlockedJobsToWait()
}
