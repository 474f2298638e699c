/**
 * What a failed statement means: `away`: the server is not there, or not able to write, for now; `denied`: it does not let this
 * account or host in; `busy`: it is there, but a lock or a deadlock was in the way; `procedure`: a routine is missing, takes other
 * parameters or may not be called, or the account that it runs as is gone or lacks rights; `refused`: for good, as the values are what
 * they are; `unknown`: none of these.
 */
export type Kind = "away" | "denied" | "busy" | "procedure" | "refused" | "unknown"

/** A failure of MySQL without its text, which may carry values. `code` is the driver's or the server's name for it. */
export interface MySqlFailure {
  readonly kind: Kind
  readonly code: string
  readonly errno: number
  readonly aboutSavepoint: boolean
}

/**
 * What failures mean, by the driver's code. Others are `away` where they end the connection, else `unknown`: to an update they are a
 * refusal, to the ledger's own statements a trouble that an operator can mend.
 */
export const kinds = {
  ECONNREFUSED: "away",
  ECONNRESET: "away",
  EPIPE: "away",
  ETIMEDOUT: "away",
  ENOTFOUND: "away",
  EAI_AGAIN: "away",
  EHOSTUNREACH: "away",
  ENETUNREACH: "away",
  ENOENT: "away",
  PROTOCOL_CONNECTION_LOST: "away",
  PROTOCOL_SEQUENCE_TIMEOUT: "away",
  ER_ACCESS_DENIED_ERROR: "denied",
  ER_DBACCESS_DENIED_ERROR: "denied",
  ER_BAD_DB_ERROR: "denied",
  ER_HOST_NOT_PRIVILEGED: "denied",
  ER_ACCOUNT_HAS_BEEN_LOCKED: "denied",
  ER_MUST_CHANGE_PASSWORD: "denied",
  ER_MUST_CHANGE_PASSWORD_LOGIN: "denied",
  ER_CON_COUNT_ERROR: "away",
  ER_TOO_MANY_USER_CONNECTIONS: "away",
  ER_USER_LIMIT_REACHED: "away",
  ER_HOST_IS_BLOCKED: "away",
  ER_OUT_OF_RESOURCES: "away",
  ER_OUTOFMEMORY: "away",
  ER_MAX_PREPARED_STMT_COUNT_REACHED: "away",
  ER_CANT_CREATE_THREAD: "away",
  ER_SERVER_SHUTDOWN: "away",
  ER_NORMAL_SHUTDOWN: "away",
  ER_NEW_ABORTING_CONNECTION: "away",
  ER_CONNECTION_KILLED: "away",
  ER_SESSION_WAS_KILLED: "away",
  ER_OPTION_PREVENTS_STATEMENT: "away",
  ER_READ_ONLY_MODE: "away",
  ER_OPEN_AS_READONLY: "away",
  ER_SERVER_OFFLINE_MODE: "away",
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: "away",
  ER_CLIENT_INTERACTION_TIMEOUT: "away",
  ER_DISK_FULL: "away",
  ER_RECORD_FILE_FULL: "away",
  ER_LOCK_DEADLOCK: "busy",
  ER_LOCK_WAIT_TIMEOUT: "busy",
  ER_LOCK_TABLE_FULL: "busy",
  ER_TOO_MANY_CONCURRENT_TRXS: "busy",
  ER_TRANSACTION_ROLLBACK_DURING_COMMIT: "busy",
  ER_CHECKREAD: "busy",
  ER_QUERY_INTERRUPTED: "busy",
  ER_NEED_REPREPARE: "busy",
  ER_TABLE_DEF_CHANGED: "busy",
  ER_STATEMENT_TIMEOUT: "busy",
  ER_QUERY_TIMEOUT: "busy",
  ER_NET_PACKET_TOO_LARGE: "refused",
  ER_DATA_TOO_LONG: "refused",
  ER_WARN_DATA_OUT_OF_RANGE: "refused",
  ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: "refused",
  ER_SP_DOES_NOT_EXIST: "procedure",
  ER_SP_WRONG_NO_OF_ARGS: "procedure",
  ER_PROCACCESS_DENIED_ERROR: "procedure",
  ER_TABLEACCESS_DENIED_ERROR: "procedure",
  ER_COLUMNACCESS_DENIED_ERROR: "procedure",
  ER_SPECIFIC_ACCESS_DENIED_ERROR: "procedure",
  ER_NO_SUCH_USER: "procedure"
} as const satisfies Readonly<Record<string, Kind>>

/** By number, where the driver of today has no name for what a server sends, or another one. */
const names: Readonly<Record<number, string>> = {
  1927: "ER_CONNECTION_KILLED",
  1969: "ER_STATEMENT_TIMEOUT",
  3024: "ER_QUERY_TIMEOUT",
  3118: "ER_ACCOUNT_HAS_BEEN_LOCKED",
  3169: "ER_SESSION_WAS_KILLED",
  4031: "ER_CLIENT_INTERACTION_TIMEOUT",
  4151: "ER_ACCOUNT_HAS_BEEN_LOCKED"
}

/** Reads the driver's error; what it carries besides code and number stays here. */
export const classify = (error: unknown): MySqlFailure => {
  const { code, errno, fatal, message } = Object(error) as Readonly<Record<string, unknown>>
  const number = typeof errno === "number" ? errno : 0
  const name = names[number] ?? (typeof code === "string" ? code : "UNKNOWN")
  const closed = fatal === true || message === "Pool is closed." || message === closedConnection
  return {
    kind: isListed(name) ? kinds[name] : closed ? "away" : "unknown",
    code: name,
    errno: number,
    aboutSavepoint: name === "ER_SP_DOES_NOT_EXIST" && String(message).includes("SAVEPOINT")
  }
}

const isListed = (name: string): name is keyof typeof kinds => Object.hasOwn(kinds, name)

const closedConnection = "Can't add new command when connection is in closed state"

/** The server said nothing in time; the connection was cut. */
export const noAnswer: MySqlFailure = { kind: "away", code: "NO_ANSWER", errno: 0, aboutSavepoint: false }

/** How operators know it: name and number. */
export const codeOf = ({ code, errno }: MySqlFailure): string => (errno === 0 ? code : `${code} ${errno}`)
