import { Effect, FiberSet, Latch, Layer, Random, Schedule, Stream, SubscriptionRef } from "effect"
import { type Breaker, Breakers, type Neighbour } from "../../services/Breakers.ts"

/** Breakers of this process. That one opens or closes is logged. */
export const layer: Layer.Layer<Breakers> = Layer.effect(
  Breakers,
  Effect.gen(function* () {
    const open = yield* SubscriptionRef.make<ReadonlySet<Neighbour>>(new Set())
    const allClosed = yield* Latch.make(true)
    const isOpen = (neighbour: Neighbour) => SubscriptionRef.getUnsafe(open).has(neighbour)

    const turn = Effect.fnUntraced(function* (change: (neighbours: Set<Neighbour>) => unknown, log: Effect.Effect<void>) {
      const neighbours = new Set(SubscriptionRef.getUnsafe(open))
      change(neighbours)
      yield* SubscriptionRef.set(open, neighbours)
      yield* neighbours.size === 0 ? allClosed.open : allClosed.close
      yield* log
    })
    const close = (neighbour: Neighbour) =>
      Effect.suspend(() =>
        isOpen(neighbour)
          ? turn((neighbours) => neighbours.delete(neighbour), Effect.logInfo(`${names[neighbour]} answers again`))
          : Effect.void
      )

    return Breakers.of({
      guard: Effect.fnUntraced(function* <E>(neighbour: Neighbour, { whyAway, probe }: Breaker<E>) {
        const fork = yield* FiberSet.makeRuntime()
        const probing = Effect.exit(guarded(probe)).pipe(
          Effect.delay("1 second"),
          Effect.repeat({ schedule: jitter, while: () => isOpen(neighbour) })
        )
        const foundAway = (why: string) =>
          Effect.suspend(() =>
            isOpen(neighbour)
              ? Effect.void
              : Effect.andThen(
                  turn((neighbours) => neighbours.add(neighbour), Effect.logWarning(`${names[neighbour]} is away (${why})`)),
                  Effect.sync(() => void fork(Effect.asVoid(probing)))
                )
          )
        function guarded<A, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
          return call.pipe(
            Effect.tap(() => close(neighbour)),
            Effect.tapError((error) => {
              const why = whyAway(error)
              return why === undefined ? close(neighbour) : foundAway(why)
            })
          )
        }
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

const jitter = Schedule.forever.pipe(
  Schedule.addDelay(() => Effect.map(Random.next, (random) => `${Math.round(random * 300)} millis` as const))
)
