import { migrationGrant, quoteAccount, quoteProcedure, type Seat, serviceGrants } from "./rights.ts"

/**
 * What an administrator has to know after a migration, as SQL with comments, to paste as it is: the rights of the service's account
 * (`user`, or `user@host`), and those of the account that migrated, which the procedures run with.
 */
export const describeRights = ({ database, account }: Seat, serviceAccount: string): string =>
  [
    `-- All that ${quoteAccount(serviceAccount)} needs to serve with MIGRATE=off. Make it first, if it is not there:`,
    `--   CREATE USER ${quoteAccount(serviceAccount)} IDENTIFIED BY '...';`,
    ...serviceGrants({ database, account: serviceAccount }),
    "-- The old worker calls this one, and so needs it should you go back:",
    `GRANT EXECUTE ON PROCEDURE ${quoteProcedure(database, "UpdateRecord")} TO ${quoteAccount(serviceAccount)};`,
    `-- The ledger's procedures run with the rights of ${quoteAccount(account)}, who migrated. Keep it, and these:`,
    `--   ${migrationGrant({ database, account })}`
  ].join("\n")
