import { Context, Effect, Layer, Option } from "effect"
import { DbError } from "../domain/Errors.ts"
import type { JobIdentity, JobRef } from "../domain/JobRef.ts"
import { type Outcome, type Recorded, updated } from "../domain/Outcome.ts"
import type { UserId } from "../domain/UserId.ts"
import { Ledger, type UserRecord } from "../services/Ledger.ts"

/** What a ledger in memory holds: the users' rows, the outcomes in the order in which they were recorded, and what was delivered. */
export class LedgerMemory extends Context.Service<
  LedgerMemory,
  {
    readonly users: Map<UserId, UserRecord | undefined>
    readonly outcomes: Map<JobIdentity, Recorded>
    readonly delivered: Set<JobIdentity>
  }
>()("user-update-service/testing/LedgerMemory") {}

/** A ledger in memory that keeps the promises of the real one: one outcome a job, the first stands; users in the order of jobs. */
export const layer = (userIds: ReadonlyArray<UserId> = []): Layer.Layer<Ledger | LedgerMemory> =>
  Layer.effectContext(
    Effect.sync(() => {
      const users = new Map<UserId, UserRecord | undefined>(userIds.map((id) => [id, undefined]))
      const outcomes = new Map<JobIdentity, Recorded>()
      const delivered = new Set<JobIdentity>()
      const applied = new Map<UserId, JobRef["place"]>()

      const write = ({ identity, jobId, place }: JobRef, userId: UserId | undefined, outcome: Outcome): Recorded => {
        const before = outcomes.get(identity)
        if (before !== undefined) return before
        const position = [...outcomes.values()].filter((other) => other.userId === userId).length + 1
        const recorded = { identity, jobId, ...(userId === undefined ? {} : { userId }), position, life: place.life, outcome }
        outcomes.set(identity, recorded)
        return recorded
      }

      const ledger = Ledger.of({
        apply: (job, record) =>
          Effect.suspend(() => {
            if (!users.has(record.id)) return Effect.fail(new DbError({ reason: "unknownUser" }))
            if (!outcomes.has(job.identity) && !isLater(applied.get(record.id), job.place)) {
              users.set(record.id, record)
              applied.set(record.id, job.place)
            }
            return Effect.succeed(write(job, record.id, updated))
          }),
        record: (job, userId, outcome) => Effect.sync(() => write(job, userId, outcome)),
        find: (identity) => Effect.sync(() => Option.fromNullishOr(outcomes.get(identity))),
        delivered: (identity) => Effect.sync(() => void delivered.add(identity)),
        prune: () => Effect.succeed(0)
      })
      return Context.make(Ledger, ledger).pipe(Context.add(LedgerMemory, { users, outcomes, delivered }))
    })
  )

const isLater = (applied: JobRef["place"] | undefined, place: JobRef["place"]) =>
  applied !== undefined && (applied.life > place.life || (applied.life === place.life && applied.number > place.number))
