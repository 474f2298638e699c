import { type Joined, type PlacedChange, placeOf } from "./witnesses.ts"

/** Where a user's changes, the row that stands, the ledger's numbers or a client's positions do not follow the order of acceptance. */
export const outOfOrder = (joined: Joined): ReadonlyArray<string> => [
  ...joined.stories
    .filter(
      ({ attempt: { accepted }, outcome }) => outcome && accepted?.number !== undefined && outcome.number !== accepted.number
    )
    .map(({ attempt, outcome }) => `${attempt.name} was accepted as ${attempt.accepted?.number}, placed as ${outcome?.number}`),
  ...joined.ledger.users.flatMap(({ userId }) => [...inverted(userId, joined), ...overtaken(userId, joined)]),
  ...joined.transcripts.flatMap(({ userId, heard }) => {
    const positions = heard.flatMap(({ Position }) => Position ?? [])
    return positions
      .filter((position, index) => position < (positions[index - 1] ?? 0))
      .map((position) => `${userId} heard position ${position} too late`)
  })
]

const inverted = (userId: string, { changesOf }: Joined) => {
  const known = changesOf(userId).filter(isPlaced)
  return known
    .filter(({ number }, index) => number < (known[index - 1]?.number ?? 0))
    .map(({ change, number }) => `${change.name} (${number}) of ${userId} was applied after a later one`)
}

const overtaken = (userId: string, { changesOf, stories }: Joined) => {
  const last = changesOf(userId).at(-1)
  if (last === undefined || !isPlaced(last)) return []
  return stories
    .filter((story) => story.attempt.userId === userId && story.outcome?.tag === "Updated")
    .filter((story) => (placeOf(story) ?? 0) > last.number)
    .map(({ attempt }) => `${userId} has ${last.change.name}, though ${attempt.name} was accepted later and updated`)
}

const isPlaced = (change: PlacedChange): change is PlacedChange & { readonly number: number } => change.number !== undefined
