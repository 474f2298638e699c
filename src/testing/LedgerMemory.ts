import { Clock, Context, Duration, Effect, Layer, Option, Schedule } from "effect"
import { backoff } from "../domain/backoff.ts"
import { DbError } from "../domain/Errors.ts"
import type { JobIdentity } from "../domain/JobRef.ts"
import type { Recorded } from "../domain/Outcome.ts"
import type { UserId } from "../domain/UserId.ts"
import { Ledger, type UserRecord } from "../services/Ledger.ts"
import { Lives } from "../services/Lives.ts"
import { makeTables, type MemoryTables } from "./memoryTables.ts"
import { makeScript, type Script } from "./Script.ts"

type Apply = Ledger["Service"]["apply"]

/** What MySQL answers to updates, in turn: `unavailable` is waited for without end, `busy` as long as the patience lasts. */
export type ApplyScript = Script<Parameters<Apply>, Recorded, DbError>

/** Writes an {@link ApplyScript}. */
export const script = makeScript<Parameters<Apply>, Recorded, DbError>

/** What becomes of a call of MySQL. `unavailable` says that no answer came, whether or not the call was carried out. */
export type MySqlCall = <A>(
  method: "apply" | "record" | "find",
  job: JobIdentity,
  call: Effect.Effect<A, DbError>
) => Effect.Effect<A, DbError>

/**
 * What a ledger in memory holds: the users' rows, the outcomes in the order in which they were recorded, what was delivered, and the
 * jobs whose update took effect, in order, each as often as it did.
 */
export class LedgerMemory extends Context.Service<
  LedgerMemory,
  {
    readonly users: Map<UserId, UserRecord | undefined>
    readonly outcomes: Map<JobIdentity, Recorded>
    readonly delivered: Set<JobIdentity>
    readonly applications: ReadonlyArray<JobIdentity>
  }
>()("user-update-service/testing/LedgerMemory") {}

/**
 * A ledger in memory, with the lives of the queue, that keeps the promises of the real one: one outcome a job, the first stands;
 * updates of a user in the order of jobs; a user it does not have is `unknownUser`. An `Id` that is none throws.
 */
export const layer = (
  userIds: ReadonlyArray<string> = [],
  apply: ApplyScript = script()
): Layer.Layer<Ledger | Lives | LedgerMemory> => Layer.unwrap(Effect.sync(() => layerOn(makeTables(userIds), { apply })))

/** The same on tables that several processes share; `mysql` is what becomes of the calls of one of them. */
export const layerOn = (
  tables: MemoryTables,
  { apply = script(), mysql = asItIs }: { readonly apply?: ApplyScript; readonly mysql?: MySqlCall } = {}
): Layer.Layer<Ledger | Lives | LedgerMemory> => {
  const usual: Apply = (job, record) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const recorded = tables.apply(job, record, now)
      return recorded === undefined ? Effect.fail(new DbError({ reason: "unknownUser" })) : Effect.succeed(recorded)
    })
  const scripted = apply.over(usual)
  const ledger = Ledger.of({
    apply: patiently((job, record, patience) => mysql("apply", job.identity, scripted(job, record, patience))),
    record: (job, userId, outcome) =>
      untilDone(
        mysql(
          "record",
          job.identity,
          Effect.map(Clock.currentTimeMillis, (now) => tables.record(job, userId, outcome, now))
        )
      ),
    find: (identity) =>
      untilDone(
        mysql(
          "find",
          identity,
          Effect.sync(() => Option.fromNullishOr(tables.outcomes.get(identity)))
        )
      ),
    prune: (retention) => Effect.map(Clock.currentTimeMillis, (now) => tables.prune(now - Duration.toMillis(retention)))
  })
  const lives = Lives.of({
    begin: (after) => Effect.sync(() => tables.begin(after)),
    isTaken: (place, identity) => Effect.sync(() => tables.isTaken(place, identity)),
    highest: (life) => Effect.sync(() => Option.fromNullishOr(tables.highest(life)))
  })
  return Layer.succeedContext(Context.make(Ledger, ledger).pipe(Context.add(Lives, lives), Context.add(LedgerMemory, tables)))
}

const asItIs: MySqlCall = (_method, _job, call) => call

const untilDone = <A>(call: Effect.Effect<A, DbError>): Effect.Effect<A> =>
  Effect.orDie(Effect.retry(call, { schedule: backoff, while: ({ reason }) => reason === "unavailable" || reason === "busy" }))

const patiently =
  (apply: Apply): Apply =>
  (job, record, patience) =>
    apply(job, record, patience).pipe(
      Effect.retry({ schedule: backoff, while: ({ reason }) => reason === "unavailable" }),
      Effect.retry({ schedule: Schedule.upTo(backoff, { duration: patience }), while: ({ reason }) => reason === "busy" })
    )
