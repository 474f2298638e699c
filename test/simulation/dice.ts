import { Effect, Random } from "effect"

/** Whatever a simulation leaves to chance. All of it comes from the seed. */
export interface Dice {
  /** The generator itself, for the program under test: its backoff is random too. */
  readonly random: Random.Random
  readonly chance: (probability: number) => boolean
  /** A whole number from `from` to `to`, both included. */
  readonly between: (from: number, to: number) => number
  readonly pick: <A>(items: ReadonlyArray<A>) => A
}

/** Dice that fall the same way each time for the same seed. */
export const makeDice = (seed: number): Dice => {
  const random = Effect.runSync(Random.withSeed(readRandom, seed))
  const below = (end: number) => Math.floor(random.nextDoubleUnsafe() * end)
  return {
    random,
    chance: (probability) => random.nextDoubleUnsafe() < probability,
    between: (from, to) => from + below(to - from + 1),
    pick: (items) => {
      const item = items.slice(below(items.length))[0]
      if (item === undefined) throw new Error("nothing to pick from")
      return item
    }
  }
}

const readRandom = Effect.gen(function* () {
  return yield* Random.Random
})
