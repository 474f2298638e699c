import { sentences } from "../../src/domain/Outcome.ts"
import { contradicted, toldAs } from "./contradicted.ts"
import { outOfOrder } from "./outOfOrder.ts"
import { join, type Joined, type Witnesses } from "./witnesses.ts"

/** What the witnesses can convict the service of. Each finding is one line for people. */
export type Violation = "lost" | "contradicted" | "doubled" | "outOfOrder" | "unheard"
export type Findings = Readonly<Record<Violation, ReadonlyArray<string>>>

/** Compares the witnesses when all is settled. */
export const reconcile = (witnesses: Witnesses): Findings => {
  const joined = join(witnesses)
  return {
    lost: lost(joined),
    contradicted: contradicted(joined),
    doubled: doubled(joined),
    outOfOrder: outOfOrder(joined),
    unheard: unheard(joined)
  }
}

const lost = ({ stories }: Joined) =>
  stories
    .filter(({ attempt, outcome }) => attempt.accepted !== undefined && outcome === undefined)
    .map(({ attempt }) => `job ${attempt.accepted?.jobId} (${attempt.name}) was accepted and has no outcome`)

const doubled = ({ stories, transcripts }: Joined) => [
  ...stories
    .filter(({ changes }) => changes.length > 1)
    .map(({ attempt, changes }) => `${attempt.name} was applied ${changes.length} times`),
  ...transcripts.flatMap(({ userId, heard }) => {
    const positions = heard.flatMap(({ Position }) => Position ?? [])
    const repeated = positions.filter((position, index) => positions.indexOf(position) < index)
    return repeated.map((position) => `${userId} heard position ${position} again`)
  })
]

const unheard = ({ outcomesOf, transcripts }: Joined) =>
  transcripts.flatMap(({ userId, heard }) => {
    const outcomes = outcomesOf(userId)
    const positions = new Set(heard.flatMap(({ Position }) => Position ?? []))
    if (heard.every(({ Position }) => Position !== undefined))
      return outcomes
        .filter(({ position }) => !positions.has(position))
        .map(({ jobId, position, tag }) => `${userId} never heard position ${position} (job ${jobId}, ${tag})`)
    return fewer(
      userId,
      heard.map(toldAs),
      outcomes.map(({ tag }) => toldAs(sentences[tag]))
    )
  })

/** A hub elsewhere is told sentences without positions, at least once each: as many of each as there are outcomes that say so. */
const fewer = (userId: string, told: ReadonlyArray<string>, due: ReadonlyArray<string>) =>
  [...Map.groupBy(due, (sentence) => sentence)]
    .map(([sentence, all]) => [sentence, all.length - told.filter((other) => other === sentence).length] as const)
    .filter(([, missing]) => missing > 0)
    .map(([sentence, missing]) => `${userId} was told ${missing} times too few: ${sentence}`)
