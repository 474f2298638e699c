import { Effect } from "effect"
import { type Binaries, type DatabaseBinary, findBinaries } from "./binaries.ts"
import * as DatabaseServer from "./DatabaseServer.ts"
import { type FindServers, type LocalServers } from "./LocalServers.ts"
import { localStackError } from "./LocalStackError.ts"
import * as RedisServer from "./RedisServer.ts"

/** The servers that are installed on this machine, started for us alone. */
export const installedServers: FindServers = Effect.flatMap(findBinaries, ({ redis, database }) =>
  redis === undefined || database === undefined
    ? localStackError("notFound", `not installed: ${missing({ redis, database }).join(" and ")}`)
    : Effect.succeed(serversFrom(redis, database))
)

/** The servers that a machine lacks, as people call them. */
const missing = ({ redis, database }: Binaries): ReadonlyArray<string> => [
  ...(redis === undefined ? ["Redis"] : []),
  ...(database === undefined ? ["MariaDB or MySQL"] : [])
]

const serversFrom = (redis: string, database: DatabaseBinary): LocalServers => ({
  startRedis: (options) => RedisServer.start(redis, options),
  startDatabase: (options) => DatabaseServer.start(database, options)
})
