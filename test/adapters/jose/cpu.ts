import { Effect } from "effect"

/** What an effect gave, and the CPU that all threads of this process used meanwhile, in milliseconds. */
export interface Measured<A> {
  readonly value: A
  readonly cpu: number
}

/** Measures an effect. Where it is not under the limit it is run again, a few times, as what else the process does counts too. */
export const measured = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  limit: number,
  tries = 10
): Effect.Effect<Measured<A>, E, R> =>
  Effect.gen(function* () {
    const before = process.cpuUsage()
    const value = yield* effect
    const { user, system } = process.cpuUsage(before)
    const cpu = (user + system) / 1000
    return cpu < limit || tries === 1 ? { value, cpu } : yield* measured(effect, limit, tries - 1)
  })
