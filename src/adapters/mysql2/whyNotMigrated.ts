import type { MySqlFailure } from "./MySqlFailure.ts"
import { migrationGrant, type Seat } from "./rights.ts"

/** Why the ledger's schema cannot be brought up to date, as an operator is told, with the statements that mend it. */
export const whyNotMigrated =
  (seat: Seat) =>
  (failure: MySqlFailure): string => {
    const lacksRights = [
      "the ledger's schema cannot be brought up to date: the account MYSQL_USER lacks rights. Let an administrator grant them:",
      migrationGrant(seat),
      `or run npm run migrate -- ${seat.account} once with an account that has them (it prints the few rights that this one`,
      "then needs) and set MIGRATE=off"
    ].join("\n")
    return reasons(lacksRights)[failure.code] ?? "the ledger's schema cannot be brought up to date"
  }

/** Why the ledger's procedures cannot be called where `MIGRATE=off`, as an operator is told. */
export const whyNotCalled =
  (seat: Seat) =>
  (failure: MySqlFailure): string => {
    const lacksRights = [
      "the account MYSQL_USER may not call the ledger's procedures, or nobody has migrated yet:",
      `run npm run migrate -- ${seat.account} with an account that may create tables and procedures, and grant what it prints`
    ].join("\n")
    return reasons(lacksRights)[failure.code] ?? "the ledger's procedures cannot be called"
  }

const reasons = (lacksRights: string): Readonly<Record<string, string>> => ({
  ER_DBACCESS_DENIED_ERROR: lacksRights,
  ER_TABLEACCESS_DENIED_ERROR: lacksRights,
  ER_PROCACCESS_DENIED_ERROR: lacksRights,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: lacksRights,
  ER_NO_SUCH_USER: [
    "the ledger's procedures run with the rights of the account that migrated, and that account is gone: create it again, or drop",
    "every procedure named update_ledger_… and run npm run migrate with an account that stays"
  ].join("\n")
})
