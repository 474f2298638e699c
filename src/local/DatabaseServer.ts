import { writeFile } from "node:fs/promises"
import { Duration, Effect, Redacted, type Scope } from "effect"
import { type DatabaseBinary } from "./binaries.ts"
import { flavours, placesIn, serverArguments } from "./DatabaseFlavour.ts"
import { createWithService, type LocalDatabase, makePassword } from "./LocalDatabase.ts"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { manageServer } from "./ManagedServer.ts"
import { run } from "./processes.ts"
import { type Account, query, quoteText } from "./sql.ts"
import { temporaryFolder } from "./temporaryFolder.ts"

/** Further arguments of the server, e.g. `--sql-mode=`; they win over ours. */
export interface DatabaseOptions {
  readonly args?: ReadonlyArray<string>
}

/** Starts MariaDB or MySQL with an empty data folder of its own, on a free port of 127.0.0.1, until the scope closes. */
export const start = (
  { flavour, server, install }: DatabaseBinary,
  options: DatabaseOptions = {}
): Effect.Effect<LocalDatabase, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const password = makePassword()
    yield* run({ name: install, file: install, args: flavours[flavour].install(placesIn(folder).data) })
    yield* writeAccounts(placesIn(folder).accounts, password)
    const root = (port: number): Account => ({ host: "127.0.0.1", port, user: "root", password })
    const managed = yield* manageServer({
      command: (port) => ({
        name: server,
        file: server,
        args: serverArguments(flavour, { folder, port, extra: options.args ?? [] }),
        stop: { signal: "SIGTERM", grace: Duration.seconds(2) }
      }),
      ping: (port) => query(root(port), "SELECT 1")
    })
    const account = root(managed.port)
    return { ...managed, ...account, description: `${flavour} (${server})`, createDatabase: createWithService(account) }
  })

const writeAccounts = (file: string, password: Redacted.Redacted) =>
  Effect.tryPromise({
    try: () => writeFile(file, accounts(quoteText(Redacted.value(password))), { mode: 0o600 }),
    catch: () => localStackError("failed", `Could not write ${file}.`)
  })

const accounts = (password: string) => `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY ${password};
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
`
