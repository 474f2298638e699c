import { Effect, Layer, Logger, Redacted, Schedule, type Scope } from "effect"
import mysql, { type Connection, type RowDataPacket } from "mysql2/promise"
import * as LedgerMySql from "../../../src/adapters/mysql2/LedgerMySql.ts"
import * as MySql from "../../../src/adapters/mysql2/MySql.ts"
import type { MySqlFailure } from "../../../src/adapters/mysql2/MySqlFailure.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import type { LocalDatabase } from "../../../src/local/LocalDatabase.ts"
import { type DatabaseAccount, query } from "../../../src/local/sql.ts"
import type { Ledger } from "../../../src/services/Ledger.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import { DatabaseServer, makeDatabase } from "../../support/database.ts"

/** A database with user 1 (or others), where `UpdateRecord` counts, and fails with the number in `Trouble` if there is one. */
export interface Ground {
  readonly account: DatabaseAccount
  readonly asRoot: DatabaseAccount
  readonly server: LocalDatabase
  readonly failures: ReadonlyArray<MySqlFailure>
  /** The procedures that were called, in order. */
  readonly calls: ReadonlyArray<string>
  readonly ledger: Layer.Layer<Ledger>
  /** A connection of the administrator, for as long as the scope. */
  readonly connect: Effect.Effect<(sql: string) => Effect.Effect<ReadonlyArray<RowDataPacket>>, never, Scope.Scope>
  /** Cuts the service's connections, so that its next try is on a new one. */
  readonly cutConnections: Effect.Effect<void>
}

/** Makes such a database, and a ledger on it whose failed statements are kept. */
export const makeGround = (
  options: { readonly lockWaitSeconds?: number; readonly port?: number; readonly users?: ReadonlyArray<string> } = {}
) =>
  Effect.gen(function* () {
    const server = yield* DatabaseServer
    const { account, asRoot } = yield* makeDatabase(...(options.users ?? ["1"]))
    yield* query(account, "CREATE TABLE Trouble (errno INT NOT NULL) ENGINE = InnoDB")
    yield* query(account, "INSERT INTO Trouble VALUES (0)")
    yield* query(account, "ALTER TABLE Users ADD Updates INT NOT NULL DEFAULT 0")
    yield* query(account, ["DROP PROCEDURE UpdateRecord", troubled])
    const failures: Array<MySqlFailure> = []
    const calls: Array<string> = []
    const pool = MySql.layer({
      ...account,
      port: options.port ?? account.port,
      connections: 10,
      lockWaitSeconds: options.lockWaitSeconds ?? 5
    }).pipe(Layer.provide(BreakersMock.layer))
    const watched = Layer.effect(
      MySql.MySql,
      Effect.map(MySql.MySql, (service) =>
        MySql.MySql.of({
          ...service,
          execute: (sql, values) => {
            calls.push(/update_ledger_\w+/u.exec(sql)?.[0] ?? sql)
            return service
              .execute(sql, values)
              .pipe(Effect.tapError((failure) => Effect.sync(() => void failures.push(failure))))
          }
        })
      )
    ).pipe(Layer.provide(pool))
    const ground: Ground = {
      account,
      asRoot,
      server,
      failures,
      calls,
      ledger: LedgerMySql.layer({ migrate: true, relay: 0 }).pipe(
        Layer.provide(watched),
        Layer.provide(ReadinessInProcess.layer(["mysql"])),
        Layer.provideMerge(Logger.layer([])),
        Layer.orDie
      ),
      connect: connect(asRoot),
      cutConnections: cutConnections(asRoot, account)
    }
    return ground
  })

/**
 * Waits until the service's update waits for its row of `Users`; the id of its connection. MariaDB renews what it tells of transactions
 * only for those who have not asked for a tenth of a second.
 */
export const waitingUpdate = ({ asRoot }: Ground) =>
  query(
    asRoot,
    `SELECT trx_mysql_thread_id AS id FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%FROM Users%'`
  ).pipe(
    Effect.repeat({ schedule: Schedule.spaced("120 millis"), until: (rows) => rows.length > 0 }),
    Effect.map(([row]) => Number(row?.["id"])),
    Effect.orDie
  )

const troubled = `CREATE PROCEDURE UpdateRecord(IN i VARCHAR(100), IN p VARCHAR(100), IN w VARCHAR(100), IN n VARCHAR(100), IN m MEDIUMTEXT)
  BEGIN
    DECLARE e INT;
    SELECT errno INTO e FROM Trouble;
    IF e > 0 THEN SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = e; END IF;
    UPDATE Users SET Phone = p, Password = w, Name = n, Image = m, Updates = Updates + 1 WHERE Id = i;
  END`

const connect = ({ host, port, user, password, database }: DatabaseAccount) =>
  Effect.acquireRelease(
    Effect.promise(() => mysql.createConnection({ host, port, user, password: Redacted.value(password), database })),
    (connection) => Effect.sync(() => connection.destroy())
  ).pipe(
    Effect.tap((connection) => Effect.sync(() => connection.on("error", () => undefined))),
    Effect.map((connection: Connection) => (sql: string) => Effect.promise(async () => rowsOf(await connection.query(sql))))
  )

const rowsOf = ([rows]: [unknown, unknown]) => (Array.isArray(rows) ? (rows as ReadonlyArray<RowDataPacket>) : [])

const cutConnections = (asRoot: DatabaseAccount, { user }: DatabaseAccount) =>
  query(asRoot, `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = '${user}'`).pipe(
    Effect.flatMap(
      Effect.forEach(({ id }) => Effect.ignore(query(asRoot, `KILL ${String(id)}`)), { concurrency: "unbounded" })
    ),
    Effect.asVoid,
    Effect.orDie
  )
