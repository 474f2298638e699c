import type { Dice } from "./dice.ts"
import { boundaries, type Boundary, type Fault, faultsAt } from "./faults.ts"

/** Decides what becomes of each call. */
export interface Weather {
  /** What becomes of a call at `now`, in milliseconds; `isPoisoned` says that it is for a job that kills whoever gets so far with it. */
  readonly next: (boundary: Boundary, now: number, isPoisoned: boolean) => Fault
  /** From now on everything works. */
  readonly calm: () => void
  readonly isCalm: () => boolean
  /** Whether workers are told to leave, again and again. */
  readonly isRestless: boolean
}

const lethal: ReadonlySet<Fault> = new Set(["killedBefore", "killedAfter", "freezes"])

/**
 * Bad weather of one sort or another: single faults, more or less often; one fault point that is hit again and again; a neighbour that
 * is away for up to a minute. Kills are few, so that a job is not taken for poison that is none.
 */
export const makeWeather = (dice: Dice): Weather => {
  const rate = dice.pick([0, 0.02, 0.1, 0.2])
  const focus = focusOf(dice)
  const outage = outageOf(dice)
  const poisonedAt = dice.pick(["verify", "encrypt", "apply"] satisfies ReadonlyArray<Boundary>)
  let kills = 3
  let focused = 3
  let isCalm = false

  const draw = (boundary: Boundary, now: number): Fault => {
    if (boundary === outage.boundary && now >= outage.from && now < outage.until) return dice.pick(["fails", "neverAnswers"])
    if (boundary === focus.boundary && focused > 0 && dice.chance(0.5)) {
      focused -= 1
      return focus.fault
    }
    return dice.chance(rate) ? dice.pick(faultsAt[boundary]) : "works"
  }
  return {
    next: (boundary, now, isPoisoned) => {
      if (isPoisoned && boundary === poisonedAt) return "killedBefore"
      const fault = isCalm ? "works" : draw(boundary, now)
      if (lethal.has(fault) && --kills < 0) return "works"
      return fault
    },
    calm: () => {
      isCalm = true
    },
    isCalm: () => isCalm,
    isRestless: focus.boundary === "handBack" || focus.boundary === "find" || dice.chance(0.1)
  }
}

/** Where few jobs come by. */
const seldom: ReadonlyArray<Boundary> = ["handBack", "handBack", "unheard", "after", "find"]

const focusOf = (dice: Dice): { readonly boundary: Boundary; readonly fault: Fault } => {
  const boundary = dice.pick(dice.chance(0.7) ? boundaries : seldom)
  return { boundary, fault: dice.pick(faultsAt[boundary]) }
}

const outageOf = (dice: Dice) => {
  const from = dice.between(0, 2000)
  const length = dice.chance(0.3) ? dice.between(1000, 60_000) : 0
  return { boundary: dice.pick(["verify", "encrypt", "apply", "record", "find", "after"]), from, until: from + length }
}
