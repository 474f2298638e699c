import { chmodSync, readFileSync } from "node:fs"
import { Console, Duration, Effect } from "effect"
import { type Binaries, find } from "./binaries.ts"
import { type LocalStackError } from "./LocalStackError.ts"
import { withoutServices } from "./policyRcD.ts"
import { type Command, run } from "./processes.ts"
import { temporaryFolder } from "./temporaryFolder.ts"

/** The packages that bring what this machine lacks: the servers alone, none of the packages that set up a service for MariaDB. */
export const missingPackages = ({ redis, database }: Binaries): ReadonlyArray<string> => [
  ...(redis === undefined ? ["redis-server"] : []),
  ...(database === undefined ? ["mariadb-server-core", "mariadb-client-core"] : [])
]

/** Installs packages with apt, starting no service, and says so before. An interruption ends apt at its next safe moment. */
export const installPackages = (packages: ReadonlyArray<string>): Effect.Effect<void, LocalStackError> =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* Console.log(
        `Installing ${packages.join(", ")} with apt-get, as the local stack needs them; no service is started.`
      )
      yield* withoutServices()
      const folder = yield* folderForAll
      yield* run(aptGet(folder, "update"))
      yield* run(aptGet(folder, "install", "--yes", "--no-install-recommends", ...packages))
    })
  )

/** Why apt is no way here; absent where it is one. */
export const whyNotApt = (): string | undefined => {
  if (!isDebian()) return "this is neither Debian nor Ubuntu"
  if (find(["apt-get"]) === undefined) return "there is no apt-get"
  return process.getuid?.() === 0 ? undefined : "this user is not root"
}

/** `apt-get` that asks nothing, waits for another one to end, stops between two steps, and keeps its temporary files in `folder`. */
export const aptGet = (folder: string, ...args: ReadonlyArray<string>): Command => ({
  name: `apt-get ${args[0]}`,
  file: "apt-get",
  args: ["--quiet=2", "--option=DPkg::Lock::Timeout=120", "--option=Dpkg::Use-Pty=0", ...args],
  env: { TMPDIR: folder, DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" },
  stop: { signal: "SIGINT", grace: Duration.minutes(1) },
  ifParentDies: "SIGINT"
})

const folderForAll = Effect.tap(temporaryFolder, (folder) => Effect.sync(() => chmodSync(folder, 0o1777)))

const isDebian = () => {
  try {
    return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/mu.test(readFileSync("/etc/os-release", "utf8"))
  } catch {
    return false
  }
}
