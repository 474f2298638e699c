import { randomBytes } from "node:crypto"
import { Effect, Redacted } from "effect"
import { type LocalStackError } from "./LocalStackError.ts"
import { type ServerControl } from "./ManagedServer.ts"
import { deploymentSchema } from "./schema.ts"
import { type Account, type DatabaseAccount, query, quoteName, quoteText } from "./sql.ts"

/** A database server for this process: its administrator's account, and a way to empty databases of their own. */
export interface LocalDatabase extends Account, ServerControl {
  /** What it is, for people, e.g. `MariaDB (/usr/sbin/mariadbd)`. */
  readonly description: string
  /**
   * Makes a database with the deployment's `Users` table and `UpdateRecord`, both empty (README, wire contract 4); the account
   * given may do there what the service needs, and no more. A name is made up where none is given.
   */
  createDatabase(name?: string): Effect.Effect<DatabaseAccount, LocalStackError>
}

/** The rights that the service needs on its database. */
const serviceRights = [
  "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP",
  "CREATE ROUTINE, ALTER ROUTINE, EXECUTE"
].join(", ")

/** `createDatabase` on a server of ours: the account is `service`, with a password of its own. */
export const createWithService = (root: Account) => {
  const password = makePassword()
  return Effect.fnUntraced(function* (name = makeName()) {
    yield* query(root, [
      ...createStatements(name),
      `CREATE USER IF NOT EXISTS 'service'@'%' IDENTIFIED BY ${quoteText(Redacted.value(password))}`,
      `GRANT ${serviceRights} ON ${quoteName(name).replaceAll("_", "\\_")}.* TO 'service'@'%'`
    ])
    return { host: root.host, port: root.port, user: "service", password, database: name }
  })
}

/** The statements that make a database of this name. Names and images of users may hold any letter, so it is in utf8mb4. */
export const createStatements = (name: string): ReadonlyArray<string> => [
  `CREATE DATABASE ${quoteName(name)} CHARACTER SET utf8mb4`,
  `USE ${quoteName(name)}`,
  ...deploymentSchema
]

/** A name that no other database has. */
export const makeName = () => `user_update_${randomBytes(6).toString("hex")}`

/** A password that nobody can guess, of letters that no shell and no SQL minds. */
export const makePassword = () => Redacted.make(randomBytes(18).toString("base64url"))
