import { createDecipheriv } from "node:crypto"
import { Effect } from "effect"
import type { OutcomeTag } from "../../src/domain/Outcome.ts"
import { type DatabaseAccount, query } from "../../src/local/sql.ts"

/** One outcome as the ledger holds it. `endedAt` is in milliseconds since 1970. */
export interface LedgerOutcome {
  readonly userId: string
  readonly position: number
  readonly identity: string
  readonly jobId: string
  readonly life: number
  readonly number: number
  readonly tag: OutcomeTag
  readonly reason: string
  readonly superseded: boolean
  readonly endedAt: number
}

/** A user's name, phone and password as the database got them: decrypted. */
export interface StoredUser {
  readonly userId: string
  readonly name: string
  readonly phone: string
  readonly password: string
}

/** What MySQL says: outcomes, every change that was committed in each user's order, and the users as they are. */
export interface Ledger {
  readonly outcomes: ReadonlyArray<LedgerOutcome>
  readonly changes: ReadonlyArray<StoredUser>
  readonly users: ReadonlyArray<StoredUser>
}

/** Puts these users into the database, and a trigger there that keeps each change of a user, committed with the change itself. */
export const witnessChanges = (asRoot: DatabaseAccount, users: ReadonlyArray<string>) =>
  query(asRoot, [
    `INSERT INTO Users VALUES ${users.map((id) => `('${id}', '', '', '', '')`).join(", ")}`,
    `CREATE TABLE chaos_changes (
       seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, Id VARCHAR(100) NOT NULL, Phone VARCHAR(100) NOT NULL,
       Password VARCHAR(100) NOT NULL, Name VARCHAR(100) NOT NULL) ENGINE = InnoDB`,
    `CREATE TRIGGER chaos_changes AFTER UPDATE ON Users FOR EACH ROW
       INSERT INTO chaos_changes (Id, Phone, Password, Name) VALUES (NEW.Id, NEW.Phone, NEW.Password, NEW.Name)`
  ])

/** Reads all of it. `key` is what the encryption service encrypted with; what it does not open is `undecipherable`. */
export const readLedger = Effect.fnUntraced(function* (asRoot: DatabaseAccount, key: Buffer) {
  const outcomes = yield* query(
    asRoot,
    `SELECT user_id, position, LOWER(HEX(identity)) AS identity, job_id, life, number, tag, reason, superseded,
       CAST(ROUND(UNIX_TIMESTAMP(CONVERT_TZ(ended_at, '+00:00', @@session.time_zone)) * 1000) AS SIGNED) AS ended_at
     FROM update_ledger_outcomes ORDER BY user_id, position`
  )
  const stored = ({ Id, Name, Phone, Password }: Readonly<Record<string, unknown>>): StoredUser => ({
    userId: String(Id),
    name: String(Name),
    phone: open(key, String(Phone)),
    password: open(key, String(Password))
  })
  const ledger: Ledger = {
    outcomes: outcomes.map((row) => ({
      userId: String(row["user_id"]),
      position: Number(row["position"]),
      identity: String(row["identity"]),
      jobId: String(row["job_id"]),
      life: Number(row["life"]),
      number: Number(row["number"]),
      tag: String(row["tag"]) as OutcomeTag,
      reason: String(row["reason"]),
      superseded: Number(row["superseded"]) === 1,
      endedAt: Number(row["ended_at"])
    })),
    changes: (yield* query(asRoot, "SELECT * FROM chaos_changes ORDER BY seq")).map(stored),
    users: (yield* query(asRoot, "SELECT * FROM Users")).map(stored)
  }
  return ledger
})

const open = (key: Buffer, base64: string) => {
  if (base64 === "") return ""
  const bytes = Buffer.from(base64, "base64")
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8")
  } catch {
    return "undecipherable"
  }
}
