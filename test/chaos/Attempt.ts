import type { JobIdentity } from "../../src/domain/JobRef.ts"
import type { OutcomeTag } from "../../src/domain/Outcome.ts"

/** What a producer meant: a job that should take effect, one with a token that must not, one that breaks a rule, one of nobody. */
export type JobKind = "good" | "badToken" | "malformed" | "nobody"

/**
 * One job that a producer tried to add. `sequence` counts over all of a run; `name` is planted in `Username`, and told apart by it.
 * `userId` is '' where it cannot be read. `accepted` is absent where Redis gave no answer: it may have taken the job or not.
 */
export interface Attempt {
  readonly sequence: number
  readonly userId: string
  readonly kind: JobKind
  readonly name: string
  readonly phone: string
  readonly password: string
  readonly accepted?: Accepted
}

/** What Redis said. `number` is the one that it counted, absent for a custom id. */
export interface Accepted {
  readonly identity: JobIdentity
  readonly jobId: string
  readonly number?: number
}

/** The outcomes that a job of each kind may truly have while neighbours misbehave. MySQL never fails one: it is waited for. */
export const possible: Readonly<Record<JobKind, ReadonlySet<OutcomeTag>>> = {
  good: new Set<OutcomeTag>(["Updated", "EncryptionFailed", "VerifierUnavailable"]),
  badToken: new Set<OutcomeTag>(["InvalidToken", "VerifierUnavailable"]),
  malformed: new Set<OutcomeTag>(["InvalidJob"]),
  nobody: new Set<OutcomeTag>(["InvalidJob"])
}

/** Planted in each phone, password and token of a run: what must be found nowhere. No escape changes their letters. */
export const markers = { phone: "0918273645546372", password: "planted-secret-", token: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" }

/** What a job of this sequence carries. The password has what XML, SQL and JSON would want escaped. */
export const secretsOf = (sequence: number) => ({
  name: `Chaos ${sequence}`,
  phone: `${markers.phone}${String(sequence).padStart(8, "0")}`,
  password: `${markers.password}${sequence}-&'"é`
})

/** The jobs whose passwords are in a text. */
export const sequenceIn = (text: string): ReadonlyArray<number> =>
  [...text.matchAll(passwords)].map(([, sequence]) => Number(sequence))

const passwords = new RegExp(`${markers.password}(\\d+)-`, "gu")
