import type { OutcomeTag } from "../../src/domain/Outcome.ts"
import { boundaries, type Boundary, type Fault, faultsAt } from "./faults.ts"

/** A fault that befell a job at a boundary, and how that job ended. */
export type Visit = `${Boundary} ${Fault} ${OutcomeTag}`

/** How often each was visited. */
export type Visits = Map<Visit, number>

/** Nothing was visited yet. */
export const makeVisits = (): Visits => new Map()

/** The fault points and outcomes that can go together, and did not. */
export const missingIn = (visits: Visits): ReadonlyArray<Visit> =>
  points
    .flatMap(([boundary, fault]) => outcomesAfter(boundary, fault).map((tag): Visit => `${boundary} ${fault} ${tag}`))
    .filter((visit) => !visits.has(visit))

/** The table: a line for each fault point, a column for each outcome; a dot where the two did not go together and need not. */
export const tableOf = (visits: Visits): string =>
  [
    `${"fault point".padEnd(width)}${tags.map((tag) => `  ${tag}`).join("")}`,
    ...points.map(([boundary, fault]) => {
      const cells = tags.map((tag) => {
        const times = visits.get(`${boundary} ${fault} ${tag}`) ?? 0
        const isDue = outcomesAfter(boundary, fault).includes(tag)
        return String(times > 0 || isDue ? times : ".").padStart(tag.length + 2)
      })
      return `${boundary} ${fault}`.padEnd(width) + cells.join("")
    })
  ].join("\n")

const width = 24

const points = boundaries.flatMap((boundary) => faultsAt[boundary].map((fault) => [boundary, fault] as const))

const tags = [
  "Updated",
  "InvalidToken",
  "VerifierUnavailable",
  "EncryptionFailed",
  "DbError",
  "InvalidJob",
  "Defect"
] as const satisfies ReadonlyArray<OutcomeTag>

const without = (...others: ReadonlyArray<OutcomeTag>) => tags.filter((tag) => !others.includes(tag))

/** How the jobs can end that come as far as a boundary. */
const outcomesAt: Readonly<Record<Boundary, ReadonlyArray<OutcomeTag>>> = {
  verify: without("InvalidJob"),
  encrypt: without("InvalidJob", "InvalidToken", "VerifierUnavailable"),
  apply: ["Updated", "DbError", "Defect"],
  record: without("Updated"),
  find: tags,
  announce: tags,
  pickUp: tags,
  erase: tags,
  end: tags,
  handBack: tags,
  last: tags,
  after: tags,
  unheard: tags,
  received: tags
}

const mayBeDone: ReadonlySet<Fault> = new Set(["doneButFails", "killedAfter", "freezes"])

/** What a neighbour's refusal leads to. */
const outcomesOfRefusal: Readonly<Partial<Record<Boundary, ReadonlyArray<OutcomeTag>>>> = {
  verify: ["InvalidToken", "VerifierUnavailable"],
  encrypt: ["EncryptionFailed"],
  apply: ["DbError"]
}

const outcomesAfter = (boundary: Boundary, fault: Fault): ReadonlyArray<OutcomeTag> => {
  if (fault === "refuses") return outcomesOfRefusal[boundary] ?? []
  if (boundary === "apply" && mayBeDone.has(fault)) return ["Updated", "DbError"]
  return fault === "bug" && boundary !== "announce" ? ["Defect"] : outcomesAt[boundary]
}
