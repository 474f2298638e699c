import { Effect, Redacted } from "effect"
import mysql, { type Connection, type RowDataPacket } from "mysql2/promise"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"

/** Where a database server is and who we are there. */
export interface Account {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: Redacted.Redacted
}

/** An account and the database that it works on. */
export interface DatabaseAccount extends Account {
  readonly database: string
}

/** One row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>

/**
 * Runs statements one after another on a connection of their own; the rows of the last one. `?` stands for the values, in order, in
 * the last statement. Fails with `refused` and the server's error code.
 */
export const query = (
  account: Account & { readonly database?: string },
  statements: string | ReadonlyArray<string>,
  values: ReadonlyArray<string | number> = []
): Effect.Effect<ReadonlyArray<Row>, LocalStackError> =>
  Effect.acquireUseRelease(
    connect(account),
    (connection) =>
      Effect.tryPromise({
        try: () => runAll(connection, typeof statements === "string" ? [statements] : statements, values),
        catch: (error) => refused(account, error)
      }),
    (connection) => Effect.sync(() => connection.destroy())
  )

/** The statements of an SQL script, each of which ends a line with its semicolon. Lines that are comments are left out. */
export const statementsOf = (script: string): ReadonlyArray<string> =>
  script
    .replaceAll(/^--.*$/gmu, "")
    .split(/;\s*$/mu)
    .filter((statement) => statement.trim() !== "")

/** A name as SQL wants it, whatever letters it has. */
export const quoteName = (name: string): string => mysql.escapeId(name, true)

/** A text as SQL wants it, whatever letters it has. */
export const quoteText = (text: string): string => mysql.escape(text)

const connect = ({ host, port, user, password, database }: Account & { readonly database?: string }) =>
  Effect.tryPromise({
    try: () =>
      mysql.createConnection({
        host,
        port,
        user,
        password: Redacted.value(password),
        charset: "utf8mb4",
        connectTimeout: 5_000,
        ...(database === undefined ? {} : { database })
      }),
    catch: (error) => refused({ host, port }, error)
  })

const runAll = async (connection: Connection, statements: ReadonlyArray<string>, values: ReadonlyArray<string | number>) => {
  for (const statement of statements.slice(0, -1)) await connection.query(statement)
  const [rows] = await connection.query<Array<RowDataPacket>>(statements.at(-1) ?? "", [...values])
  return Array.isArray(rows) ? rows : []
}

const refused = ({ host, port }: { readonly host: string; readonly port: number }, error: unknown) =>
  localStackError("refused", `The database server at ${host}:${port} answered ${codeOf(error)}.`)

const codeOf = (error: unknown) =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "something unexpected"
