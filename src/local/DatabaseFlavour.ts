import { join } from "node:path"

/** Which of the two servers that speak the MySQL protocol it is. They differ in how a data folder is made and in some options. */
export type Flavour = "MariaDB" | "MySQL"

/** The arguments that make an empty data folder (of `mariadb-install-db`, or of `mysqld` itself), and those that only one takes. */
export interface FlavourArguments {
  readonly install: (data: string) => ReadonlyArray<string>
  readonly server: ReadonlyArray<string>
}

const user = process.getuid?.() === 0 ? ["--user=root"] : []

/** By flavour. `--force` is needed where the host's own name does not resolve; a small redo log makes the start quick. */
export const flavours: Readonly<Record<Flavour, FlavourArguments>> = {
  MariaDB: {
    install: (data) => [
      "--no-defaults",
      "--force",
      ...user,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      `--datadir=${data}`,
      "--innodb-log-file-size=32M",
      "--innodb-flush-log-at-trx-commit=0"
    ],
    server: ["--innodb-log-file-size=32M"]
  },
  MySQL: {
    install: (data) => ["--no-defaults", "--initialize-insecure", ...user, `--datadir=${data}`],
    server: ["--mysqlx=OFF"]
  }
}

/** Where a server's data are, the port it serves on at 127.0.0.1, and further arguments, which win over ours. */
export interface ServerPlace {
  readonly folder: string
  readonly port: number
  readonly extra: ReadonlyArray<string>
}

/** The folders and files of a server within its temporary folder. */
export const placesIn = (folder: string) => ({ data: join(folder, "data"), accounts: join(folder, "accounts.sql") })

/** The arguments of a throwaway server on loopback: durable commits, little memory, no configuration of the system's own. */
export const serverArguments = (flavour: Flavour, { folder, port, extra }: ServerPlace): ReadonlyArray<string> => [
  "--no-defaults",
  ...user,
  "--bind-address=127.0.0.1",
  `--port=${port}`,
  `--datadir=${placesIn(folder).data}`,
  `--init-file=${placesIn(folder).accounts}`,
  `--socket=${join(folder, "socket")}`,
  `--pid-file=${join(folder, "pid")}`,
  "--skip-name-resolve",
  "--skip-log-bin",
  "--innodb-flush-log-at-trx-commit=1",
  "--innodb-buffer-pool-size=64M",
  ...flavours[flavour].server,
  ...extra
]
