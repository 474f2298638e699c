import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { Effect } from "effect"
import { type Flavour } from "./DatabaseFlavour.ts"
import { type LocalStackError } from "./LocalStackError.ts"
import { run } from "./processes.ts"

/** The programs that make the local stack, as full paths; absent where this machine has none. */
export interface Binaries {
  readonly redis: string | undefined
  readonly database: DatabaseBinary | undefined
}

/** A database server of this machine, and the program that makes its data folder (MySQL's server does that itself). */
export interface DatabaseBinary {
  readonly flavour: Flavour
  readonly server: string
  readonly install: string
}

/** Looks for the servers in the folders of PATH, and in those of system programs that an ordinary user's PATH leaves out. */
export const findBinaries: Effect.Effect<Binaries, LocalStackError> = Effect.gen(function* () {
  const server = find(["mariadbd", "mysqld"])
  return { redis: find(["redis-server"]), database: server === undefined ? undefined : yield* asDatabase(server) }
})

/** The first of these programs that is there and may be run. */
export const find = (names: ReadonlyArray<string>): string | undefined =>
  names.flatMap((name) => folders().map((folder) => join(folder, name))).find(isExecutable)

const asDatabase = Effect.fnUntraced(function* (server: string) {
  const version = yield* run({ name: server, file: server, args: ["--no-defaults", "--version"] })
  if (!/mariadb/iu.test(version)) return { flavour: "MySQL", server, install: server } as const
  const install = find(["mariadb-install-db", "mysql_install_db"])
  return install === undefined ? undefined : ({ flavour: "MariaDB", server, install } as const)
})

const systemFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/usr/libexec", "/opt/homebrew/bin"]

const folders = () => [...new Set([...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), ...systemFolders])]

const isExecutable = (file: string) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
