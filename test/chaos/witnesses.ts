import type { Attempt } from "./Attempt.ts"
import type { Transcript } from "./Client.ts"
import type { Ledger, LedgerOutcome, StoredUser } from "./readLedger.ts"

/** What the three say of a run: producers, MySQL, and those who were told. */
export interface Witnesses {
  readonly attempts: ReadonlyArray<Attempt>
  readonly ledger: Ledger
  readonly transcripts: ReadonlyArray<Transcript>
}

/** What is known of one attempt: its outcome where it was accepted and has one, and the changes that it made. */
export interface Story {
  readonly attempt: Attempt
  readonly outcome: LedgerOutcome | undefined
  readonly changes: ReadonlyArray<StoredUser>
}

/** A change, and where the job that made it stands in the order of acceptance; absent where its acceptance is in doubt. */
export interface PlacedChange {
  readonly change: StoredUser
  readonly number: number | undefined
}

/** The witnesses side by side. `strangers` are outcomes of jobs that no producer knows to be accepted. */
export interface Joined extends Witnesses {
  readonly stories: ReadonlyArray<Story>
  readonly strangers: ReadonlyArray<LedgerOutcome>
  readonly outcomesOf: (userId: string) => ReadonlyArray<LedgerOutcome>
  readonly changesOf: (userId: string) => ReadonlyArray<PlacedChange>
}

/** Brings together what is said of the same job: outcomes by identity, changes by the planted name. */
export const join = (witnesses: Witnesses): Joined => {
  const { attempts, ledger } = witnesses
  const outcomes = new Map(ledger.outcomes.map((outcome) => [outcome.identity, outcome]))
  const changes = Map.groupBy(ledger.changes, ({ name }) => name)
  const stories = attempts.map((attempt) => ({
    attempt,
    outcome: attempt.accepted && outcomes.get(attempt.accepted.identity),
    changes: changes.get(attempt.name) ?? []
  }))
  const known = new Set<string>(attempts.flatMap(({ accepted }) => accepted?.identity ?? []))
  const numbers = new Map(stories.map((story) => [story.attempt.name, placeOf(story)]))
  const outcomesOf = Map.groupBy(ledger.outcomes, ({ userId }) => userId)
  const ofUser = Map.groupBy(ledger.changes, ({ userId }) => userId)
  return {
    ...witnesses,
    stories,
    strangers: ledger.outcomes.filter(({ identity }) => !known.has(identity)),
    outcomesOf: (userId) => outcomesOf.get(userId) ?? [],
    changesOf: (userId) => (ofUser.get(userId) ?? []).map((change) => ({ change, number: numbers.get(change.name) }))
  }
}

/** The number that Redis counted; of a custom id the one that the ledger has, as it is taken at the first pick-up. */
export const placeOf = ({ attempt, outcome }: Story): number | undefined =>
  attempt.accepted && (attempt.accepted.number ?? outcome?.number)
