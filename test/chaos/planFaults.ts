import { everyFault, type Fault, lengths, type Variant } from "./faults.ts"
import { makeRandom } from "./random.ts"

/** A fault, and when it begins and for how long it stays, in seconds from the start. */
export type PlannedFault = Fault & { readonly at: number; readonly lasts: number }

/**
 * The faults of a run, the same for the same seed. All that there are come once in random order before any comes again; some overlap,
 * but never two of one target; the last has been made good at the end.
 */
export const planFaults = (seed: number, seconds: number, variant: Variant): ReadonlyArray<PlannedFault> => {
  const random = makeRandom(seed)
  const planned: Array<PlannedFault> = []
  const freeAt = new Map<string, number>()
  let deck: ReadonlyArray<Fault> = []
  for (let at = 1; ; at += random.between(0.7, 2.7)) {
    if (deck.length === 0) deck = random.shuffle(everyFault(variant))
    const fault = deck.find(({ target }) => (freeAt.get(target) ?? 0) <= at) ?? deck[0]
    if (fault === undefined) return planned
    const begins = Math.max(at, freeAt.get(fault.target) ?? 0)
    if (begins >= seconds) return planned
    const lasts = Math.min(random.between(...lengths[fault.kind]), seconds - begins)
    deck = deck.filter((other) => other !== fault)
    freeAt.set(fault.target, begins + lasts + pause)
    planned.push({ ...fault, at: begins, lasts })
    if (fault.kind === "kill" && fault.target.startsWith("worker") && random.chance(0.5)) at += quiet
  }
}

/** How long a target is left alone after a fault; and all of them after some kills of workers, so that recovery can be told. */
const pause = 1
const quiet = 7
