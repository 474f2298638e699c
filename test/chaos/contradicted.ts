import { type Sentence, sentences } from "../../src/domain/Outcome.ts"
import { possible } from "./Attempt.ts"
import type { Heard } from "./Client.ts"
import type { LedgerOutcome, StoredUser } from "./readLedger.ts"
import type { Joined, Story } from "./witnesses.ts"

/** Where the witnesses do not say the same: ledger and Users, ledger and producers, transcripts and ledger. */
export const contradicted = (joined: Joined): ReadonlyArray<string> => [
  ...joined.stories.flatMap((story) => untrue(story, joined)),
  ...joined.ledger.changes
    .filter((change) => !isMeant(change, joined.stories))
    .map(({ name }) => `${name} was stored otherwise than meant`),
  ...joined.ledger.users.flatMap((user) => foreign(user, joined)),
  ...unexplained(joined),
  ...joined.transcripts.flatMap(({ userId, heard }) => {
    const outcomes = joined.outcomesOf(userId)
    return heard
      .filter((one) => !isTrue(one, outcomes))
      .map((one) => `${userId} was told ${toldAs(one)} (${one.JobId ?? "-"}): not so`)
  })
]

/** A sentence as it is told, for comparing. */
export const toldAs = ({ Status, Message }: Sentence): string => `${Status}: ${Message}`

const untrue = ({ attempt, outcome, changes }: Story, joined: Joined): ReadonlyArray<string> => {
  if (outcome === undefined)
    return changes.length > 0 && attempt.accepted ? [`${attempt.name} was applied without an outcome`] : []
  const { reason, superseded, tag, userId } = outcome
  const isApplied = changes.length > 0
  const isDue = tag === "Updated" && !superseded
  const wrong = [
    [!possible[attempt.kind].has(tag), `cannot be, of a ${attempt.kind} job`],
    [userId !== attempt.userId, `of another user`],
    [isDue && !isApplied, "was not applied"],
    [!isDue && isApplied, "was applied"],
    [superseded && !isOvertaken(outcome, joined), "is superseded by nothing"]
  ] as const
  return wrong
    .filter(([is]) => is)
    .map(([, what]) => `${attempt.name}: ${tag}${superseded ? " (superseded)" : ""} ${reason} ${what}`)
}

/** Whether an update that was accepted later had been applied before. */
const isOvertaken = ({ number, position, userId }: LedgerOutcome, { outcomesOf }: Joined) =>
  outcomesOf(userId).some((other) => other.position < position && other.number > number && other.tag === "Updated")

const isMeant = (change: StoredUser, stories: ReadonlyArray<Story>) => {
  const meant = stories[Number(change.name.split(" ")[1]) - 1]?.attempt
  return (["userId", "name", "phone", "password"] as const).every((field) => meant?.[field] === change[field])
}

const foreign = (user: StoredUser, { changesOf }: Joined) => {
  const last = changesOf(user.userId).at(-1)?.change
  const isAsChanged = last === undefined ? user.name === "" : last.name === user.name && last.password === user.password
  return isAsChanged ? [] : [`${user.userId} has ${user.name}, which is not what was last stored`]
}

const unexplained = ({ attempts, strangers }: Joined) =>
  [...Map.groupBy(strangers, ({ userId }) => userId)]
    .map(
      ([userId, all]) => [userId, all.length - attempts.filter((one) => one.userId === userId && !one.accepted).length] as const
    )
    .filter(([, more]) => more > 0)
    .map(([userId, more]) => `${userId || "nobody"} has ${more} outcomes of jobs that nobody added`)

const isTrue = (heard: Heard, outcomes: ReadonlyArray<LedgerOutcome>) => {
  if (heard.Position === undefined) return outcomes.some(({ tag }) => toldAs(sentences[tag]) === toldAs(heard))
  const outcome = outcomes.find(({ position }) => position === heard.Position)
  return (
    outcome !== undefined &&
    toldAs(sentences[outcome.tag]) === toldAs(heard) &&
    outcome.identity === heard.NotificationId &&
    outcome.jobId === heard.JobId
  )
}
