import { Effect } from "effect"

/** A method of a service, as a script can stand in for it. */
export type Method<Args extends ReadonlyArray<unknown>, A, E> = (...args: Args) => Effect.Effect<A, E>

/**
 * One answer of a script: an effect such as `Effect.fail(error)`, `Effect.never` or `Effect.die(bug)`, or what becomes of the usual
 * answer, such as `Effect.delay("3 seconds")`.
 */
export type Step<A, E> = Effect.Effect<A, E> | ((usual: Effect.Effect<A, E>) => Effect.Effect<A, E>)

/** A method that answers its calls by steps, in turn, and as usual when they are used up. It is good for one test. */
export interface Script<Args extends ReadonlyArray<unknown>, A, E> {
  /** What each call was given, in order; secrets are `Redacted`, as they always are. */
  readonly calls: ReadonlyArray<Args>
  /** The method that the script makes of the usual one. */
  over(usual: Method<Args, A, E>): Method<Args, A, E>
}

/** Writes a script. Each mock has its own `script`, in which only the errors of its method compile. */
export const makeScript = <Args extends ReadonlyArray<unknown>, A, E>(
  ...steps: ReadonlyArray<Step<A, E>>
): Script<Args, A, E> => {
  const calls: Array<Args> = []
  return {
    calls,
    over:
      (usual) =>
      (...args) =>
        Effect.suspend(() => {
          const step = steps[calls.push(args) - 1]
          if (step === undefined) return usual(...args)
          return Effect.isEffect(step) ? step : step(usual(...args))
        })
  }
}
