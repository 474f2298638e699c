import { Duration, Effect, Exit, Fiber, Redacted } from "effect"
import { identify } from "../../../src/domain/identify.ts"
import type { DbError } from "../../../src/domain/Errors.ts"
import type { JobRef } from "../../../src/domain/JobRef.ts"
import type { Recorded } from "../../../src/domain/Outcome.ts"
import type { UserId } from "../../../src/domain/UserId.ts"
import { query } from "../../../src/local/sql.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { until } from "../../support/until.ts"
import { type Ground, makeGround } from "./trouble.ts"

/** What an update would write, where it matters. */
export interface Texts {
  readonly phone?: string
  readonly password?: string
  readonly name?: string
  readonly image?: string
}

/** The job of this number; another one where it was accepted at another time. */
export const job = (number: number, timestamp = "1"): JobRef => ({
  identity: identify({ prefix: "bull", name: "Update_User" }, String(number), timestamp),
  jobId: String(number),
  place: { life: 1, number }
})

/** Applies an update of a user; its phone number is "new" and the job's number. */
export const apply = Effect.fnUntraced(function* (id: string, ref: JobRef, texts: Texts = {}) {
  const { image = "new", name = "new", password = "new", phone = `new ${ref.jobId}` } = texts
  const record = {
    id: id as UserId,
    credentials: { phone: Redacted.make(phone), password: Redacted.make(password) },
    username: Redacted.make(name),
    image: Redacted.make(image)
  }
  return yield* (yield* Ledger).apply(ref, record, Duration.seconds(20))
})

/** How an update ended: the tag of its outcome, or why it was rolled back. */
export const endOf = (exit: Exit.Exit<Recorded, DbError>): string =>
  Exit.isSuccess(exit)
    ? exit.value.outcome.tag
    : exit.cause.reasons.map((why) => (why._tag === "Fail" ? why.error.reason : why._tag)).join()

/** A database with these users, on which batches can be made to form. */
export const makeBatchGround = (users: ReadonlyArray<string>, lockWaitSeconds = 20) =>
  makeGround({ lockWaitSeconds, users: [...users, ...gates] })

/** Locks users of the ledger, as a transaction elsewhere would; `run` goes on in that transaction. */
export const lockUsers = Effect.fnUntraced(function* (ground: Ground, ...ids: ReadonlyArray<string>) {
  const run = yield* ground.connect
  yield* run(`INSERT IGNORE INTO update_ledger_users (user_id, position) VALUES ${ids.map((id) => `('${id}', 0)`).join(", ")}`)
  yield* run("START TRANSACTION")
  yield* run(`SELECT * FROM update_ledger_users WHERE user_id IN (${ids.map((id) => `'${id}'`).join(", ")}) FOR UPDATE`)
  return { run, letGo: run("COMMIT") }
})

/**
 * Waits until so many transactions of the service wait for a user's lock; the ids of their connections. MariaDB renews what it tells of
 * transactions only for those who have not asked for a tenth of a second.
 */
export const waitingForUsers = ({ asRoot }: Ground, count: number) =>
  until(
    query(
      asRoot,
      `SELECT trx_mysql_thread_id AS id FROM information_schema.INNODB_TRX
         WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%FROM update_ledger_users%'`
    ).pipe(Effect.delay("120 millis"), Effect.orDie),
    (rows) => rows.length === count
  )

/** Starts updates while two batches are under way, so that they form the next ones. `calls` names what MySQL was asked for since. */
export const startTogether = Effect.fnUntraced(function* (
  ground: Ground,
  ...updates: ReadonlyArray<Effect.Effect<Recorded, DbError, Ledger>>
) {
  const { letGo } = yield* lockUsers(ground, ...gates)
  const before = yield* Effect.forEach(gates, (id, index) => Effect.forkChild(apply(id, job(9000 + index))))
  yield* waitingForUsers(ground, gates.length)
  const fibers = yield* Effect.forEach(updates, (update) => Effect.forkChild(Effect.exit(update), { startImmediately: true }))
  const asked = ground.calls.length
  yield* letGo
  yield* Effect.forEach(before, Fiber.join)
  return { fibers, calls: () => ground.calls.slice(asked).toSorted() }
})

/** Applies updates in one batch; how each ended. */
export const together = Effect.fnUntraced(function* (...all: Parameters<typeof startTogether>) {
  const { calls, fibers } = yield* startTogether(...all)
  const exits = yield* Effect.forEach(fibers, Fiber.join)
  return { exits, ends: exits.map(endOf), calls: calls() }
})

const gates = ["gate1", "gate2"]
