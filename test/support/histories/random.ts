/** Draws that a seed alone decides. */
export interface Draw {
  /** A whole number from 0 to below `count`. */
  readonly below: (count: number) => number
  /** True in this share of all draws. */
  readonly chance: (share: number) => boolean
  readonly oneOf: <A>(list: readonly [A, ...ReadonlyArray<A>]) => A
  readonly shuffled: <A>(list: ReadonlyArray<A>) => ReadonlyArray<A>
}

/** Begins a sequence of draws (the generator SplitMix32). */
export const drawFrom = (seed: number): Draw => {
  let state = seed | 0
  const next = () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    chance: (share) => next() < share,
    oneOf: (list) => list[below(list.length)] ?? list[0],
    shuffled: (list) => {
      const rest = [...list]
      return list.flatMap(() => rest.splice(below(rest.length), 1))
    }
  }
}
