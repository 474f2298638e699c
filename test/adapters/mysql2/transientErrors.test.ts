import { assert, describe, it, layer } from "@effect/vitest"
import { Duration, Effect, Fiber, Redacted, type Scope } from "effect"
import { classify, type Kind, kinds } from "../../../src/adapters/mysql2/MySqlFailure.ts"
import { identify } from "../../../src/domain/identify.ts"
import type { JobRef } from "../../../src/domain/JobRef.ts"
import type { UserId } from "../../../src/domain/UserId.ts"
import type { LocalStackError } from "../../../src/local/LocalStackError.ts"
import { query, quoteText } from "../../../src/local/sql.ts"
import { Ledger, type UserRecord } from "../../../src/services/Ledger.ts"
import { DatabaseServer, readOutcomes, readUsers } from "../../support/database.ts"
import { until } from "../../support/until.ts"
import { type Ground, makeGround, waitingUpdate } from "./trouble.ts"

type Code = keyof typeof kinds

/** What is done to the server before an update, and while it runs; and what ends the trouble. */
interface Trouble {
  readonly lockWaitSeconds?: number
  readonly begin: Begin
}
type Begin = (ground: Ground) => Effect.Effect<Running, never, Scope.Scope>
interface Running {
  readonly strike?: Effect.Effect<unknown>
  readonly end: Effect.Effect<unknown, LocalStackError>
}

/**
 * How the trouble of a row of the adapter's table is made: really; by a procedure that fails with its number; or not at all, as it
 * takes a network or a driver in a state that this machine cannot be put into.
 */
type Way = Trouble | { readonly signal: number } | "not on this server"

const settings = (begin: string, end: string): Trouble => ({
  begin: ({ asRoot, cutConnections }) =>
    query(asRoot, begin).pipe(Effect.andThen(cutConnections), Effect.as({ end: query(asRoot, end) }), Effect.orDie)
})

const heldRow = (strike?: (ground: Ground) => Effect.Effect<unknown>, lockWaitSeconds = 5): Trouble => ({
  lockWaitSeconds,
  begin: (ground) =>
    Effect.gen(function* () {
      const run = yield* ground.connect
      yield* run("START TRANSACTION")
      yield* run("SELECT * FROM Users WHERE Id = '1' FOR UPDATE")
      return { strike: strike?.(ground) ?? Effect.void, end: run("ROLLBACK") }
    })
})

const kill = (what: "QUERY" | "CONNECTION", lockWaitSeconds?: number) =>
  heldRow(
    (ground) => Effect.flatMap(waitingUpdate(ground), (id) => Effect.orDie(query(ground.asRoot, `KILL ${what} ${id}`))),
    lockWaitSeconds
  )

/** The server is killed while the update waits for a row. */
const killedServer: Trouble = {
  begin: (ground) =>
    Effect.map(heldRow().begin(ground), () => ({
      strike: Effect.orDie(Effect.andThen(waitingUpdate(ground), ground.server.kill())),
      end: ground.server.restart
    }))
}

const ways: Readonly<Record<Kind, Readonly<Partial<Record<Code, Way>>>>> = {
  away: {
    ECONNREFUSED: killedServer,
    ECONNRESET: "not on this server",
    EPIPE: "not on this server",
    ETIMEDOUT: "not on this server",
    ENOTFOUND: "not on this server",
    EAI_AGAIN: "not on this server",
    EHOSTUNREACH: "not on this server",
    ENETUNREACH: "not on this server",
    ENOENT: "not on this server",
    PROTOCOL_CONNECTION_LOST: kill("CONNECTION"),
    PROTOCOL_SEQUENCE_TIMEOUT: "not on this server",
    ER_CON_COUNT_ERROR: {
      begin: ({ connect, cutConnections }) =>
        Effect.gen(function* () {
          const run = yield* connect
          yield* run("SET GLOBAL max_connections = 10")
          yield* cutConnections
          for (let count = 0; count < 9; count++) yield* connect
          return { end: run("SET GLOBAL max_connections = 151") }
        })
    },
    ER_TOO_MANY_USER_CONNECTIONS: { signal: 1203 },
    ER_USER_LIMIT_REACHED: {
      begin: ({ account, asRoot, connect, cutConnections }) =>
        Effect.gen(function* () {
          yield* query(asRoot, `ALTER USER ${account.user}@'%' WITH MAX_USER_CONNECTIONS 1`)
          yield* cutConnections
          yield* connect
          const other = yield* Effect.forkScoped(query(account, "SELECT SLEEP(20)"), { startImmediately: true })
          yield* until(
            query(asRoot, "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO = 'SELECT SLEEP(20)'"),
            (rows) => rows.length > 0
          )
          return {
            end: Effect.andThen(
              query(asRoot, `ALTER USER ${account.user}@'%' WITH MAX_USER_CONNECTIONS 0`),
              Effect.andThen(cutConnections, Fiber.interrupt(other))
            )
          }
        }).pipe(Effect.orDie)
    },
    ER_HOST_IS_BLOCKED: { signal: 1129 },
    ER_OUT_OF_RESOURCES: { signal: 1041 },
    ER_OUTOFMEMORY: { signal: 1037 },
    ER_MAX_PREPARED_STMT_COUNT_REACHED: settings(
      "SET GLOBAL max_prepared_stmt_count = 0",
      "SET GLOBAL max_prepared_stmt_count = 16382"
    ),
    ER_CANT_CREATE_THREAD: { signal: 1135 },
    ER_SERVER_SHUTDOWN: { signal: 1053 },
    ER_NORMAL_SHUTDOWN: { signal: 1077 },
    ER_NEW_ABORTING_CONNECTION: { signal: 1184 },
    ER_CONNECTION_KILLED: { signal: 1927 },
    ER_SESSION_WAS_KILLED: { signal: 3169 },
    ER_OPTION_PREVENTS_STATEMENT: settings("SET GLOBAL read_only = 1", "SET GLOBAL read_only = 0"),
    ER_READ_ONLY_MODE: { signal: 1836 },
    ER_OPEN_AS_READONLY: { signal: 1036 },
    ER_SERVER_OFFLINE_MODE: { signal: 3032 },
    ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: settings("SET GLOBAL TRANSACTION READ ONLY", "SET GLOBAL TRANSACTION READ WRITE"),
    ER_CLIENT_INTERACTION_TIMEOUT: { signal: 4031 },
    ER_DISK_FULL: { signal: 1021 },
    ER_RECORD_FILE_FULL: { signal: 1114 }
  },
  denied: {
    ER_ACCESS_DENIED_ERROR: {
      begin: ({ account, asRoot, cutConnections }) =>
        query(asRoot, `ALTER USER ${account.user}@'%' IDENTIFIED BY 'another'`).pipe(
          Effect.andThen(cutConnections),
          Effect.as({
            end: query(asRoot, `ALTER USER ${account.user}@'%' IDENTIFIED BY ${quoteText(Redacted.value(account.password))}`)
          }),
          Effect.orDie
        )
    },
    ER_DBACCESS_DENIED_ERROR: {
      begin: ({ account, asRoot, cutConnections }) =>
        Effect.gen(function* () {
          const on = `ON \`${account.database.replaceAll("_", "\\_")}\`.*`
          yield* query(asRoot, `REVOKE ALL ${on} FROM ${account.user}@'%'`)
          yield* cutConnections
          return { end: query(asRoot, `GRANT ALL ${on} TO ${account.user}@'%'`) }
        }).pipe(Effect.orDie)
    },
    ER_BAD_DB_ERROR: { signal: 1049 },
    ER_HOST_NOT_PRIVILEGED: { signal: 1130 },
    ER_ACCOUNT_HAS_BEEN_LOCKED: {
      begin: ({ account, asRoot, cutConnections }) =>
        query(asRoot, `ALTER USER ${account.user}@'%' ACCOUNT LOCK`).pipe(
          Effect.andThen(cutConnections),
          Effect.as({ end: query(asRoot, `ALTER USER ${account.user}@'%' ACCOUNT UNLOCK`) }),
          Effect.orDie
        )
    },
    ER_MUST_CHANGE_PASSWORD: { signal: 1820 },
    ER_MUST_CHANGE_PASSWORD_LOGIN: { signal: 1862 }
  },
  busy: {
    ER_LOCK_DEADLOCK: {
      lockWaitSeconds: 1,
      begin: (ground) =>
        Effect.gen(function* () {
          const run = yield* ground.connect
          yield* run("CREATE TABLE IF NOT EXISTS Weight (id INT AUTO_INCREMENT PRIMARY KEY)")
          yield* run("START TRANSACTION")
          yield* run(`INSERT INTO Weight VALUES ${Array.from({ length: 300 }, () => "(NULL)").join(", ")}`)
          yield* run("SELECT * FROM Users WHERE Id = '1' FOR UPDATE")
          return {
            strike: Effect.andThen(waitingUpdate(ground), run("SELECT * FROM update_ledger_users FOR UPDATE")),
            end: run("ROLLBACK")
          }
        })
    },
    ER_LOCK_WAIT_TIMEOUT: heldRow(undefined, 1),
    ER_LOCK_TABLE_FULL: { signal: 1206 },
    ER_TOO_MANY_CONCURRENT_TRXS: { signal: 1637 },
    ER_TRANSACTION_ROLLBACK_DURING_COMMIT: { signal: 3101 },
    ER_CHECKREAD: { signal: 1020 },
    ER_QUERY_INTERRUPTED: kill("QUERY", 1),
    ER_NEED_REPREPARE: { signal: 1615 },
    ER_TABLE_DEF_CHANGED: { signal: 1412 },
    ER_STATEMENT_TIMEOUT: { signal: 1969 },
    ER_QUERY_TIMEOUT: { signal: 3024 }
  },
  procedure: {
    ER_SP_DOES_NOT_EXIST: { signal: 1305 },
    ER_SP_WRONG_NO_OF_ARGS: { signal: 1318 },
    ER_PROCACCESS_DENIED_ERROR: { signal: 1370 },
    ER_TABLEACCESS_DENIED_ERROR: { signal: 1142 },
    ER_COLUMNACCESS_DENIED_ERROR: { signal: 1143 },
    ER_SPECIFIC_ACCESS_DENIED_ERROR: { signal: 1227 },
    ER_NO_SUCH_USER: { signal: 1449 }
  },
  refused: {
    ER_NET_PACKET_TOO_LARGE: { signal: 1153 },
    ER_DATA_TOO_LONG: { signal: 1406 },
    ER_WARN_DATA_OUT_OF_RANGE: { signal: 1264 },
    ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: { signal: 1366 }
  },
  unknown: {}
}

const signalling = (errno: number): Trouble => ({
  begin: ({ asRoot }) =>
    Effect.orDie(
      Effect.as(query(asRoot, `UPDATE Trouble SET errno = ${errno}`), { end: query(asRoot, "UPDATE Trouble SET errno = 0") })
    )
})

const job: JobRef = {
  identity: identify({ prefix: "bull", name: "Update_User" }, "1", "1"),
  jobId: "1",
  place: { life: 1, number: 1 }
}

const record: UserRecord = {
  id: "1" as UserId,
  credentials: { phone: Redacted.make("new"), password: Redacted.make("new") },
  username: Redacted.make("new"),
  image: Redacted.make("new")
}

const failed = { tag: "DbError", reason: "refused" } as const

/** Sees the code so many times among the failures of statements. */
const seen = ({ failures }: Ground, code: Code, times: number) =>
  until(
    Effect.sync(() => failures.filter((failure) => failure.code === code).length),
    (count) => count >= times
  )

const assertUntouched = ({ asRoot }: Ground) =>
  Effect.gen(function* () {
    assert.deepInclude({ ...(yield* readUsers(asRoot))[0] }, { Phone: "old", Updates: 0 })
    assert.deepStrictEqual(yield* readOutcomes(asRoot), [])
  })

const assertOnce = ({ asRoot }: Ground) =>
  Effect.gen(function* () {
    assert.deepInclude({ ...(yield* readUsers(asRoot))[0] }, { Phone: "new", Updates: 1 })
    const outcomes = yield* readOutcomes(asRoot)
    assert.strictEqual(outcomes.length, 1)
    assert.deepInclude({ ...outcomes[0] }, { tag: "Updated", position: 1 })
  })

/** Applies the job in the midst of the trouble. */
const applyIn = Effect.fnUntraced(function* ({ strike = Effect.void }: Running, patience: Duration.Duration) {
  const ledger = yield* Ledger
  const fiber = yield* Effect.forkChild(ledger.apply(job, record, patience), { startImmediately: true })
  yield* strike
  return fiber
})

const waits = Effect.fnUntraced(function* (ground: Ground, code: Code, begin: Begin) {
  const running = yield* begin(ground)
  const apply = yield* applyIn(running, Duration.zero)
  yield* seen(ground, code, 1)
  assert.isUndefined(apply.pollUnsafe())
  yield* running.end
  assert.strictEqual((yield* Fiber.join(apply)).outcome.tag, "Updated")
  yield* assertOnce(ground)
})

const failsAtOnce = (reason: string) =>
  Effect.fnUntraced(function* (ground: Ground, code: Code, begin: Begin) {
    const running = yield* begin(ground)
    const apply = yield* applyIn(running, Duration.seconds(20))
    assert.strictEqual((yield* Effect.flip(Fiber.join(apply))).reason, reason)
    yield* seen(ground, code, 1)
    yield* assertUntouched(ground)
    const recorded = yield* (yield* Ledger).record(job, record.id, failed)
    assert.deepInclude(recorded, { position: 1, outcome: failed })
  })

/** What the ledger does in each kind of trouble. */
const behaviours: Readonly<
  Record<Kind, (ground: Ground, code: Code, begin: Begin) => Effect.Effect<void, unknown, Ledger | Scope.Scope>>
> = {
  away: waits,
  denied: waits,
  busy: Effect.fnUntraced(function* (ground, code, begin) {
    const first = yield* begin(ground)
    const impatient = yield* applyIn(first, Duration.zero)
    assert.strictEqual((yield* Effect.flip(Fiber.join(impatient))).reason, "busy")
    yield* seen(ground, code, 1)
    yield* assertUntouched(ground)
    yield* first.end
    const second = yield* begin(ground)
    const patient = yield* applyIn(second, Duration.seconds(20))
    yield* seen(ground, code, 2)
    assert.isUndefined(patient.pollUnsafe())
    yield* second.end
    assert.strictEqual((yield* Fiber.join(patient)).outcome.tag, "Updated")
    yield* assertOnce(ground)
  }),
  procedure: failsAtOnce("procedure"),
  refused: failsAtOnce("refused"),
  unknown: failsAtOnce("refused")
}

const doing: Readonly<Record<Kind, string>> = {
  away: "is waited for without end, and the update is applied once",
  denied: "is waited for without end, and the update is applied once",
  busy: "is waited for as long as the patience, and the update is applied once",
  procedure: "fails at once, and nothing has changed",
  refused: "fails at once, and nothing has changed",
  unknown: "fails at once, and nothing has changed"
}

const rows = (Object.keys(ways) as Array<Kind>).flatMap((kind) =>
  (Object.entries(ways[kind]) as Array<[Code, Way]>).map(([code, way]) => ({ code, kind, way, does: doing[kind] }))
)
const onServer = rows.flatMap(({ way, ...row }) =>
  way === "not on this server" ? [] : [{ ...row, trouble: "signal" in way ? signalling(way.signal) : way }]
)

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("a failure of MySQL", (it) => {
  it.effect.each(onServer)("$code $does", ({ code, kind, trouble: { begin, lockWaitSeconds } }) =>
    Effect.gen(function* () {
      const ground = yield* makeGround(lockWaitSeconds === undefined ? {} : { lockWaitSeconds })
      yield* Effect.gen(function* () {
        yield* Ledger
        yield* behaviours[kind](ground, code, begin)
      }).pipe(Effect.provide(ground.ledger))
    })
  )
})

layer(DatabaseServer.layer, { excludeTestServices: true, timeout: "60 seconds" })("a trouble that nobody foresaw", (it) => {
  it.effect("is waited for by what must be recorded: an operator can mend it", () =>
    Effect.gen(function* () {
      const ground = yield* makeGround()
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* query(ground.asRoot, "RENAME TABLE update_ledger_outcomes TO update_ledger_gone")
        const recording = yield* Effect.forkChild(ledger.record(job, record.id, failed), { startImmediately: true })
        yield* until(
          Effect.sync(() => ground.failures.filter(({ code }) => code === "ER_NO_SUCH_TABLE").length),
          (count) => count > 1
        )
        assert.isUndefined(recording.pollUnsafe())
        yield* query(ground.asRoot, "RENAME TABLE update_ledger_gone TO update_ledger_outcomes")
        assert.deepInclude(yield* Fiber.join(recording), { position: 1, outcome: failed })
      }).pipe(Effect.provide(ground.ledger))
    })
  )
})

describe("the table of failures", () => {
  it("has a test for each of its rows", () => {
    assert.deepStrictEqual(Object.fromEntries(rows.map(({ code, kind }) => [code, kind])), { ...kinds })
  })

  it("knows each code for what it is, those of the network and the driver too", () => {
    for (const { code, kind } of rows) assert.strictEqual(classify(Object.assign(new Error(), { code })).kind, kind, code)
  })

  it("takes what ends the connection for away, and the rest for unknown, and keeps no text", () => {
    assert.strictEqual(classify({ code: "NEW", fatal: true, message: "a secret" }).kind, "away")
    assert.strictEqual(classify({ code: "NEW", errno: 9999, message: "a secret" }).kind, "unknown")
    assert.strictEqual(classify(undefined).kind, "unknown")
    assert.notInclude(JSON.stringify(classify({ code: "NEW", message: "a secret", sql: "a secret" })), "secret")
  })
})
