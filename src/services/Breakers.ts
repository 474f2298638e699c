import { Context, type Effect, type Scope } from "effect"

/** The neighbours that every job needs. */
export type Neighbour = "mysql" | "encryption" | "verifier"

/**
 * How a neighbour's absence is told from its other answers: why it counts as away, or nothing; and how it is asked whether it is
 * back, with nothing of a job in it.
 */
export interface Breaker<E> {
  readonly whyAway: (error: E) => string | undefined
  readonly probe: Effect.Effect<unknown, E>
}

/** Puts a breaker around one call. */
export type Guard<E> = <A, R>(call: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Holds new jobs back while a neighbour that each of them needs is away, so that an outage costs at most the jobs in hand as it began.
 */
export class Breakers extends Context.Service<
  Breakers,
  {
    /**
     * A guard for the calls of a neighbour: its breaker opens when one finds it away, or a call over HTTP is given up after a second
     * without an answer, and closes with any other answer. While it is open the neighbour is probed, about once a second.
     */
    guard<E>(neighbour: Neighbour, breaker: Breaker<E>): Effect.Effect<Guard<E>, never, Scope.Scope>
    /** Returns once no breaker is open. */
    readonly allClosed: Effect.Effect<void>
    /** The neighbours whose breaker is open, as they are now and whenever that changes, until the scope closes. */
    watch(onChange: (open: ReadonlySet<Neighbour>) => Effect.Effect<void>): Effect.Effect<void, never, Scope.Scope>
  }
>()("user-update-service/services/Breakers") {}
