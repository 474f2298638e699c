import { type Draw, drawFrom } from "./random.ts"

/**
 * What befalls a run: its process is killed, or freezes until another run has long begun; before the update, or when it was applied
 * and nobody knows yet.
 */
export type Fault = "none" | "killedBefore" | "killedAfter" | "frozenBefore" | "frozenAfter"

/** What befalls the queue between the two halves of a history. */
export type Turn = "goesOn" | "flushed" | "obliterated" | "rewound" | "restarted"

/** One job. Times are milliseconds. A custom id is told apart from those of other histories by the player. */
export interface PlannedJob {
  readonly user: number
  readonly value: string
  readonly isRefused: "no" | "token" | "encryption"
  readonly custom: "no" | "text" | "digits"
  readonly delay: number
  readonly priority: number
  readonly isKept: boolean
  readonly encryption: number
  readonly fault: Fault
  /** Whether a job is added before this one and removed at once, so that the ledger never sees its number. */
  readonly hasGapBefore: boolean
}

/** What a seed plans: the jobs of three users in the order in which they are added, before and after the turn. */
export interface History {
  readonly seed: number
  readonly turn: Turn
  readonly halves: readonly [ReadonlyArray<PlannedJob>, ReadonlyArray<PlannedJob>]
}

const users = [0, 1, 2]
const jobsOfUser = [0, 1, 2, 3]

/** Plans the history of a seed. */
export const planHistory = (seed: number): History => {
  const draw = drawFrom(seed)
  const order = draw.shuffled(users.flatMap((user) => jobsOfUser.map(() => user)))
  const faulty = draw.chance(0.12) ? draw.below(order.length) : -1
  const jobs = order.map((user, index) => planJob(draw, { user, value: `${seed}/${index}`, isFaulty: index === faulty }))
  const middle = 2 + draw.below(order.length - 3)
  return {
    seed,
    turn: draw.oneOf(["goesOn", "goesOn", "flushed", "obliterated", "rewound", "restarted"]),
    halves: [jobs.slice(0, middle), jobs.slice(middle)]
  }
}

const planJob = (
  draw: Draw,
  of: { readonly user: number; readonly value: string; readonly isFaulty: boolean }
): PlannedJob => ({
  user: of.user,
  value: of.value,
  isRefused: of.isFaulty ? "no" : draw.oneOf(["no", "no", "no", "no", "no", "token", "encryption"]),
  custom: draw.oneOf(["no", "no", "no", "no", "no", "no", "text", "digits"]),
  delay: draw.chance(0.15) ? 1 + draw.below(40) : 0,
  priority: draw.chance(0.2) ? 1 + draw.below(3) : 0,
  isKept: draw.chance(0.5),
  encryption: draw.chance(0.5) ? draw.below(30) : 0,
  fault: of.isFaulty ? draw.oneOf(["killedBefore", "killedAfter", "frozenBefore", "frozenAfter"]) : "none",
  hasGapBefore: draw.chance(0.1)
})
