/**
 * What becomes of one call: it works; it fails and nothing was done; it is done but reported as failed; it never answers, done or
 * not; its process stands still before or after it, or is killed; it is refused for good; it hits a bug.
 */
export const faults = [
  "works",
  "fails",
  "doneButFails",
  "neverAnswers",
  "freezes",
  "killedBefore",
  "killedAfter",
  "refuses",
  "bug"
] as const
export type Fault = (typeof faults)[number]

/** Where a process speaks with what is outside it: its neighbours, the ledger, the users, the queue, and the hub the ledger's inbox. */
export type Boundary =
  | "verify"
  | "encrypt"
  | "apply"
  | "record"
  | "find"
  | "announce"
  | "pickUp"
  | "erase"
  | "end"
  | "handBack"
  | "last"
  | "after"
  | "unheard"
  | "received"

const anywhere: ReadonlyArray<Fault> = faults.filter((fault) => fault !== "refuses" && fault !== "bug")

/** What can happen at each boundary. */
export const faultsAt: Readonly<Record<Boundary, ReadonlyArray<Fault>>> = {
  verify: faults,
  encrypt: faults,
  apply: faults,
  record: anywhere,
  find: anywhere,
  announce: [...anywhere, "bug"],
  pickUp: anywhere,
  erase: anywhere,
  end: anywhere,
  handBack: anywhere,
  last: anywhere,
  after: anywhere,
  unheard: anywhere,
  received: anywhere
}

/** All boundaries. */
export const boundaries = Object.keys(faultsAt) as ReadonlyArray<Boundary>
