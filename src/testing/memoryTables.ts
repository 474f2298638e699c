import type { JobIdentity, JobRef, Place } from "../domain/JobRef.ts"
import { type Outcome, type Recorded, updated } from "../domain/Outcome.ts"
import { UserId } from "../domain/UserId.ts"
import type { UserRecord } from "../services/Ledger.ts"

/** The users' rows and the ledger's, as MySQL would hold them. Times are milliseconds since 1970. */
export interface MemoryTables {
  readonly users: Map<UserId, UserRecord | undefined>
  readonly outcomes: Map<JobIdentity, Recorded>
  readonly delivered: Set<JobIdentity>
  /** The jobs whose update took effect, in order, each as often as it did. */
  readonly applications: Array<JobIdentity>
  /** The outcome of the job, recorded now unless it has one; absent where there is no such user. */
  readonly apply: (job: JobRef, record: UserRecord, now: number) => Recorded | undefined
  readonly record: (job: JobRef, userId: UserId | undefined, outcome: Outcome, now: number) => Recorded
  /** Forgets what ended before `time`, at most 500 outcomes, oldest first; how many. */
  readonly prune: (time: number) => number
  readonly begin: (after: number) => number
  readonly isTaken: (place: Place, identity: JobIdentity) => boolean
  readonly highest: (life: number) => number | undefined
}

/** Tables with these users, whose rows nobody has updated yet. */
export const makeTables = (userIds: ReadonlyArray<string>): MemoryTables => {
  const users = new Map<UserId, UserRecord | undefined>(userIds.map((id) => [UserId.make(id), undefined]))
  const outcomes = new Map<JobIdentity, Recorded>()
  const ended = new Map<JobIdentity, { readonly place: Place; readonly at: number }>()
  const positions = new Map<UserId | undefined, number>()
  const applied = new Map<UserId, Place>()
  const delivered = new Set<JobIdentity>()
  const applications: Array<JobIdentity> = []
  const lives = new Set<number>()

  const isTaken = ({ life, number }: Place, identity: JobIdentity) =>
    [...ended].some(([other, { place }]) => other !== identity && place.life === life && place.number === number)

  const begin = (after: number) => {
    const latest = Math.max(0, ...lives)
    if (after > 0 && latest > after) return latest
    const life = Math.max(latest, after) + 1
    lives.add(life)
    return life
  }

  const record: MemoryTables["record"] = ({ identity, jobId, place }, userId, outcome, now) => {
    const before = outcomes.get(identity)
    if (before !== undefined) return before
    const position = (positions.get(userId) ?? 0) + 1
    const recorded = { identity, jobId, ...(userId === undefined ? {} : { userId }), position, life: place.life, outcome }
    positions.set(userId, position)
    outcomes.set(identity, recorded)
    ended.set(identity, { place, at: now })
    return recorded
  }

  return {
    users,
    outcomes,
    delivered,
    applications,
    record,
    begin,
    isTaken,
    apply: (job, row, now) => {
      const before = outcomes.get(job.identity)
      if (before !== undefined) return before
      if (!users.has(row.id)) return undefined
      const life = isTaken(job.place, job.identity) ? begin(job.place.life) : job.place.life
      const place = { life, number: job.place.number }
      if (!isLater(applied.get(row.id), place)) {
        users.set(row.id, row)
        applied.set(row.id, place)
        applications.push(job.identity)
      }
      return record({ ...job, place }, row.id, updated, now)
    },
    prune: (time) => {
      const old = [...ended].filter(([, { at }]) => at < time).toSorted(([, a], [, b]) => a.at - b.at)
      const pruned = old.slice(0, 500).map(([identity]) => identity)
      for (const identity of pruned) for (const table of [outcomes, ended, delivered]) table.delete(identity)
      return pruned.length
    },
    highest: (life) => {
      const places = [...applied.values(), ...[...ended.values()].map(({ place }) => place)]
      const numbers = places.filter((place) => place.life === life).map(({ number }) => number)
      return lives.has(life) ? Math.max(0, ...numbers) : undefined
    }
  }
}

const isLater = (applied: Place | undefined, { life, number }: Place) =>
  applied !== undefined && (applied.life > life || (applied.life === life && applied.number > number))
