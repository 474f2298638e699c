import { Config, Effect, type Scope } from "effect"
import { aptServers } from "./aptServers.ts"
import { type DatabaseOptions } from "./DatabaseServer.ts"
import { dockerServers } from "./dockerServers.ts"
import { givenServers } from "./givenServers.ts"
import { installedServers } from "./installedServers.ts"
import { type LocalDatabase } from "./LocalDatabase.ts"
import { type FindServers, type LocalServers } from "./LocalServers.ts"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { type LocalRedis, type RedisOptions } from "./RedisServer.ts"

/** Starts a Redis, until the scope closes. */
export const startRedis = (options?: RedisOptions): Effect.Effect<LocalRedis, LocalStackError, Scope.Scope> =>
  Effect.flatMap(findServers, (servers) => servers.startRedis(options))

/** Starts a database server, until the scope closes. */
export const startDatabase = (options?: DatabaseOptions): Effect.Effect<LocalDatabase, LocalStackError, Scope.Scope> =>
  Effect.flatMap(findServers, (servers) => servers.startDatabase(options))

/**
 * Takes the first way to Redis and a database that is open here: addresses in the environment, the programs of this machine, a
 * Docker engine, apt; or the one that `LOCAL_SERVERS` names. It may install packages or fetch images, and says so first.
 */
export const findServers: Effect.Effect<LocalServers, LocalStackError> = Effect.gen(function* () {
  const forced = yield* Effect.orDie(Config.String("LOCAL_SERVERS").pipe(Config.withDefault("")))
  if (forced === "") return yield* firstOpen(order)
  return isWay(forced) ? yield* firstOpen([forced]) : yield* localStackError("configuration", unknown)
})

/** The four ways to Redis and a database, each named as in `LOCAL_SERVERS`. */
export type Way = "url" | "path" | "docker" | "apt"

const ways: Readonly<Record<Way, { readonly find: FindServers; readonly hint: string }>> = {
  url: { find: givenServers, hint: "set LOCAL_REDIS_URL and LOCAL_MYSQL_URL to servers that may be used" },
  path: { find: installedServers, hint: "install redis-server, and mariadb-server or mysql-server" },
  docker: { find: dockerServers, hint: "start a Docker engine" },
  apt: { find: aptServers, hint: "run this as root on Debian or Ubuntu: it then installs what is missing" }
}

const order = ["url", "path", "docker", "apt"] as const

const isWay = (name: string): name is Way => Object.hasOwn(ways, name)

const unknown = `LOCAL_SERVERS must be one of ${order.join(", ")}, or not be set.`

const firstOpen = (
  [way, ...others]: ReadonlyArray<Way>,
  closed: ReadonlyArray<string> = []
): Effect.Effect<LocalServers, LocalStackError> =>
  way === undefined
    ? localStackError("notFound", ["Found no Redis and MariaDB or MySQL to use. What would help:", ...closed].join("\n"))
    : ways[way].find.pipe(
        Effect.catchIf(
          ({ reason }) => reason === "notFound",
          ({ message }) => firstOpen(others, [...closed, `  ${way.padEnd(7)} ${ways[way].hint} (${message})`])
        )
      )
