import { Duration, Effect, Layer, Schedule } from "effect"
import { backoff } from "../../domain/backoff.ts"
import type { CannotStart } from "../../domain/CannotStart.ts"
import { DbError } from "../../domain/Errors.ts"
import { Ledger } from "../../services/Ledger.ts"
import { Readiness } from "../../services/Readiness.ts"
import { readPruned, readRecorded } from "./LedgerRow.ts"
import { makeApply } from "./makeApply.ts"
import { MySql } from "./MySql.ts"
import { codeOf, type Kind, type MySqlFailure } from "./MySqlFailure.ts"
import { prepareSchema, type SchemaOptions } from "./prepareSchema.ts"
import { call } from "./procedures.ts"
import { untilDone } from "./untilDone.ts"
import { measure, referenceOf, type Update } from "./Update.ts"

/** `relay` is the number of this process among those that hand outcomes over to a hub elsewhere; 0 where it does not. */
export interface LedgerOptions extends SchemaOptions {
  readonly relay: number
}

/**
 * The ledger on MySQL: each method is one call of one procedure, so one round trip and one transaction, which updates that are ready
 * at the same moment share. Building it waits for MySQL, then brings the ledger's schema up to date and tries `UpdateRecord`; `CannotStart` says what is wrong there.
 */
export const layer = (options: LedgerOptions): Layer.Layer<Ledger, CannotStart, MySql | Readiness> =>
  Layer.effect(
    Ledger,
    Effect.gen(function* () {
      const { execute } = yield* MySql
      const readiness = yield* Readiness
      const { relay } = options
      const { largestPacket } = yield* prepareSchema(options)
      yield* readiness.register("mysql", execute("SELECT 1").pipe(Effect.mapError(codeOf), Effect.asVoid))

      const apply = yield* makeApply(execute, { relay, largestPacket })

      return Ledger.of({
        apply: (job, record, patience) =>
          fits(measure(job, record), largestPacket).pipe(
            Effect.flatMap((update) => patiently(patience)(apply(update))),
            Effect.flatten
          ),
        record: (job, userId, outcome) =>
          execute(call("update_ledger_record_2"), [
            ...referenceOf(job),
            userId ?? "",
            outcome.tag,
            outcome.reason.slice(0, 32),
            relay
          ]).pipe(
            untilDone,
            Effect.flatMap(([row]) => readRecorded(job.identity, row))
          ),
        find: (identity) =>
          execute(call("update_ledger_find_2"), [identity, relay]).pipe(
            untilDone,
            Effect.flatMap(([row]) => (row === undefined ? Effect.succeedNone : Effect.asSome(readRecorded(identity, row))))
          ),
        prune: (retention) =>
          execute(call("update_ledger_prune_2"), [Math.floor(Duration.toSeconds(retention)), pruneStep]).pipe(
            untilDone,
            Effect.flatMap(([row]) => readPruned(row))
          )
      })
    })
  )

const pruneStep = 500

const fits = (update: Update, largestPacket: number): Effect.Effect<Update, DbError> =>
  update.bytes < largestPacket ? Effect.succeed(update) : Effect.fail(new DbError({ reason: "refused" }))

const patiently =
  (patience: Duration.Duration) =>
  <A>(self: Effect.Effect<A, MySqlFailure>): Effect.Effect<A, DbError> =>
    self.pipe(
      Effect.retry({ schedule: backoff, while: ({ kind }) => kind === "away" || kind === "denied" }),
      Effect.retry({
        schedule: Schedule.upTo(backoff, { duration: patience }),
        while: ({ kind }) => kind === "busy"
      }),
      Effect.mapError(({ kind }) => new DbError({ reason: reasons[kind] }))
    )

const reasons: Readonly<Record<Kind, DbError["reason"]>> = {
  away: "unavailable",
  denied: "unavailable",
  busy: "busy",
  procedure: "procedure",
  refused: "refused",
  unknown: "refused"
}
