import { Config, Effect, Option, Redacted, Scope } from "effect"
import { createStatements, type LocalDatabase, makeName } from "./LocalDatabase.ts"
import { type FindServers } from "./LocalServers.ts"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { type ServerControl } from "./ManagedServer.ts"
import { askRedis } from "./redisCommand.ts"
import { type LocalRedis } from "./RedisServer.ts"
import { type Account, query, quoteName } from "./sql.ts"

/** The servers whose addresses are in the environment: somebody else's, on which we leave nothing behind but keys in Redis. */
export const givenServers: FindServers = Effect.gen(function* () {
  const redis = yield* address("LOCAL_REDIS_URL")
  const database = yield* address("LOCAL_MYSQL_URL")
  if (Option.isNone(redis) && Option.isNone(database))
    return yield* localStackError("notFound", "LOCAL_REDIS_URL and LOCAL_MYSQL_URL are not set")
  const redisUrl = yield* parse("LOCAL_REDIS_URL", redis, ["redis:", "rediss:"], "redis://127.0.0.1:6379")
  const account = accountOf(
    yield* parse("LOCAL_MYSQL_URL", database, ["mysql:", "mariadb:"], "mysql://root:password@127.0.0.1:3306")
  )
  return { startRedis: () => useRedis(redisUrl), startDatabase: () => useDatabase(account) }
})

const address = (name: string) => Effect.orDie(Config.option(Config.Redacted(name)))

const parse = (name: string, value: Option.Option<Redacted.Redacted>, protocols: ReadonlyArray<string>, example: string) => {
  const url = Option.getOrUndefined(Option.map(value, (text) => URL.parse(Redacted.value(text))))
  return url !== undefined && url !== null && protocols.includes(url.protocol)
    ? Effect.succeed(url)
    : localStackError("configuration", `${name} must be a URL such as ${example}. Both addresses are needed, or neither.`)
}

const useRedis = (url: URL): Effect.Effect<LocalRedis, LocalStackError> =>
  Effect.as(askRedis(url.href, "PING"), {
    ...notOurs,
    host: url.hostname,
    port: Number(url.port || 6379),
    url: url.href,
    description: "Redis (LOCAL_REDIS_URL)"
  })

const useDatabase = (account: Account): Effect.Effect<LocalDatabase, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    yield* query(account, "SELECT 1")
    const create = (name: string) =>
      Effect.acquireRelease(query(account, createStatements(name)), () =>
        Effect.ignore(query(account, `DROP DATABASE ${quoteName(name)}`))
      ).pipe(Effect.as({ ...account, database: name }), Effect.provideService(Scope.Scope, scope))
    return {
      ...notOurs,
      ...account,
      description: "database (LOCAL_MYSQL_URL)",
      createDatabase: (name = makeName()) => create(name)
    }
  })

const accountOf = (url: URL): Account => ({
  host: url.hostname,
  port: Number(url.port || 3306),
  user: decodeURIComponent(url.username || "root"),
  password: Redacted.make(decodeURIComponent(url.password))
})

const refuse = localStackError(
  "notOurs",
  "This server was given by its address, so it is not ours to stop. LOCAL_SERVERS=path starts one."
)

const notOurs: ServerControl = { pid: refuse, kill: () => refuse, pause: refuse, resume: refuse, restart: refuse }
