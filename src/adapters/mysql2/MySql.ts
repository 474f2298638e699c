import { Context, type Duration, Effect, Layer, Redacted, type Scope } from "effect"
import mysql, { type Pool, type PoolConnection, type QueryResult } from "mysql2/promise"
import { Breakers } from "../../services/Breakers.ts"
import { classify, codeOf, type MySqlFailure, noAnswer } from "./MySqlFailure.ts"

/** Where the database is and who we are there. `lockWaitSeconds` bounds each wait for a row that another connection has locked. */
export interface MySqlOptions {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: Redacted.Redacted
  readonly database: string
  readonly connections: number
  readonly lockWaitSeconds: number
}

/** One value of a prepared statement. */
export type Value = string | number | null

/** A pool of connections in strict mode and in utf8mb4, whatever the server's defaults are. Statements are prepared on the server: values never become part of the SQL text. */
export class MySql extends Context.Service<
  MySql,
  {
    /** Runs one prepared statement; the last set of rows. Without an answer within ten seconds it is `away`. */
    readonly execute: (sql: string, values?: ReadonlyArray<Value>) => Effect.Effect<ReadonlyArray<unknown>, MySqlFailure>
    /** Runs statements that cannot be prepared (DDL), without values, on one connection, within a minute. */
    readonly script: (statements: ReadonlyArray<string>) => Effect.Effect<void, MySqlFailure>
  }
>()("user-update-service/adapters/mysql2/MySql") {}

/** Opens connections when they are needed, at most `connections`; closes them with the scope. It never waits for the server. */
export const layer = (options: MySqlOptions): Layer.Layer<MySql, never, Breakers> =>
  Layer.effect(
    MySql,
    Effect.gen(function* () {
      const withConnection = connections(yield* makePool(options), options)
      const breakers = yield* Breakers
      const ask = (sql: string, values: ReadonlyArray<Value>) =>
        withConnection("10 seconds", (connection) => connection.execute(sql, [...values]).then(lastRows))
      const guarded = yield* breakers.guard("mysql", {
        whyAway: (failure: MySqlFailure) => (failure.kind === "away" ? codeOf(failure) : undefined),
        probe: ask("SELECT 1", [])
      })
      return MySql.of({
        execute: (sql, values = []) => guarded(ask(sql, values)),
        script: (statements) => guarded(withConnection("1 minute", (connection) => runAll(connection, statements)))
      })
    })
  )

const connectTimeout = 5_000

const makePool = (options: MySqlOptions): Effect.Effect<Pool, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() =>
      mysql.createPool({
        host: options.host,
        port: options.port,
        user: options.user,
        password: Redacted.value(options.password),
        database: options.database,
        connectionLimit: options.connections,
        charset: "utf8mb4",
        flags: ["-LOCAL_FILES"],
        connectTimeout,
        enableKeepAlive: true,
        trace: false
      })
    ),
    (pool) => Effect.promise(() => pool.end().catch(() => undefined)).pipe(Effect.timeoutOption("2 seconds"))
  )

/**
 * Lends a connection for at most `limit`, from asking for it to the last answer. One that takes longer is cut, as is an interrupted
 * one and one on which a statement failed: a killed statement may leave its transaction open, and the next one would commit it.
 */
const connections = (pool: Pool, { lockWaitSeconds }: MySqlOptions) => {
  const prepare = makePrepare(lockWaitSeconds)
  return <A>(limit: Duration.Input, use: (connection: PoolConnection) => Promise<A>): Effect.Effect<A, MySqlFailure> =>
    Effect.tryPromise({
      try: async (signal) => {
        const connection = await pool.getConnection()
        const cut = () => connection.destroy()
        if (signal.aborted) return connection.release() as never
        signal.addEventListener("abort", cut)
        try {
          await prepare(connection)
          const result = await use(connection)
          connection.release()
          return result
        } catch (error) {
          connection.destroy()
          throw error
        } finally {
          signal.removeEventListener("abort", cut)
        }
      },
      catch: classify
    }).pipe(Effect.timeoutOrElse({ duration: limit, orElse: () => Effect.fail(noAnswer) }))
}

const makePrepare = (lockWaitSeconds: number) => {
  const prepared = new WeakSet<object>()
  const session =
    `SET SESSION character_set_client = utf8mb4, character_set_connection = utf8mb4, character_set_results = utf8mb4, ` +
    `autocommit = 1, innodb_lock_wait_timeout = ${lockWaitSeconds}, lock_wait_timeout = ${lockWaitSeconds}, ` +
    `sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'`
  return async (connection: PoolConnection) => {
    if (prepared.has(connection.connection)) return
    await connection.query(session)
    prepared.add(connection.connection)
  }
}

const runAll = async (connection: PoolConnection, statements: ReadonlyArray<string>) => {
  for (const statement of statements) {
    // oxlint-disable-next-line no-await-in-loop -- each statement stands on the one before
    await connection.query(statement)
  }
}

const lastRows = ([result]: [QueryResult, unknown]): ReadonlyArray<unknown> => {
  if (!Array.isArray(result)) return []
  const sets = result.filter((set): set is Array<never> => Array.isArray(set))
  return sets.length > 0 ? (sets.at(-1) ?? []) : result.filter((row) => !("affectedRows" in row))
}
