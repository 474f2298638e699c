import { Effect, Exit, Latch, Layer, Option, Random, Stream, SubscriptionRef } from "effect"
import { type Breaker, Breakers, type Neighbour } from "../../services/Breakers.ts"

/**
 * Breakers of this process. That one opens or closes is logged. A call counts only if its breaker has not turned since it began: what was
 * asked before an outage says nothing of it, nor what was asked in one of the time after.
 */
export const layer: Layer.Layer<Breakers> = Layer.effect(
  Breakers,
  Effect.gen(function* () {
    const open = yield* SubscriptionRef.make<ReadonlySet<Neighbour>>(new Set())
    const allClosed = yield* Latch.make(true)
    const turns: Record<Neighbour, number> = { mysql: 0, encryption: 0, verifier: 0 }
    const isOpen = (neighbour: Neighbour) => SubscriptionRef.getUnsafe(open).has(neighbour)

    const turn = Effect.fnUntraced(function* (neighbour: Neighbour, change: (open: Set<Neighbour>) => unknown) {
      const neighbours = new Set(SubscriptionRef.getUnsafe(open))
      change(neighbours)
      turns[neighbour]++
      yield* SubscriptionRef.set(open, neighbours)
      yield* neighbours.size === 0 ? allClosed.open : allClosed.close
    })
    const close = Effect.fnUntraced(function* (neighbour: Neighbour, began: number) {
      if (!isOpen(neighbour) || began !== turns[neighbour]) return
      yield* turn(neighbour, (open) => open.delete(neighbour))
      yield* Effect.logInfo(`${names[neighbour]} answers again`)
    })

    return Breakers.of({
      guard: Effect.fnUntraced(function* <E>(neighbour: Neighbour, { whyAway, probe }: Breaker<E>) {
        const probing = yield* Latch.make(false)
        const foundAway = Effect.fnUntraced(function* (why: string, began: number) {
          if (isOpen(neighbour) || began !== turns[neighbour]) return
          yield* turn(neighbour, (open) => open.add(neighbour))
          yield* Effect.logWarning(`${names[neighbour]} is away (${why})`)
          yield* probing.open
        })
        const hear = (exit: Exit.Exit<unknown, E>, began: number, waited: number) => {
          if (Exit.isSuccess(exit)) return isOpen(neighbour) ? close(neighbour, began) : Effect.void
          const error = Exit.findErrorOption(exit)
          if (Option.isSome(error)) {
            const why = whyAway(error.value)
            return why === undefined ? close(neighbour, began) : foundAway(why, began)
          }
          return Exit.hasInterrupts(exit) && waited >= patience[neighbour] ? foundAway("no answer", began) : Effect.void
        }
        const guarded = <A, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
          Effect.clockWith((clock) => {
            const began = turns[neighbour]
            const start = clock.currentTimeMillisUnsafe()
            return Effect.onExit(call, (exit) => hear(exit, began, clock.currentTimeMillisUnsafe() - start))
          })
        yield* probing.await.pipe(
          Effect.andThen(Effect.flatMap(Random.next, (random) => Effect.sleep(1000 + random * 300))),
          Effect.andThen(
            Effect.suspend(() =>
              isOpen(neighbour) ? Effect.asVoid(Effect.exit(guarded(probe))) : Effect.asVoid(probing.close)
            )
          ),
          Effect.forever,
          Effect.forkScoped
        )
        return guarded
      }),
      allClosed: allClosed.await,
      watch: (onChange) => Effect.asVoid(Effect.forkScoped(Stream.runForEach(SubscriptionRef.changes(open), onChange)))
    })
  })
)

const names: Readonly<Record<Neighbour, string>> = {
  mysql: "MySQL",
  encryption: "the encryption service",
  verifier: "the token service"
}

/** After how many milliseconds without an answer a call that is given up has found the neighbour away. MySQL's calls are not given up. */
const patience: Readonly<Record<Neighbour, number>> = {
  mysql: Number.POSITIVE_INFINITY,
  encryption: 1000,
  verifier: 1000
}
