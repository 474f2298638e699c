import { type Effect, type Scope } from "effect"
import { type DatabaseOptions } from "./DatabaseServer.ts"
import { type LocalDatabase } from "./LocalDatabase.ts"
import { type LocalStackError } from "./LocalStackError.ts"
import { type LocalRedis, type RedisOptions } from "./RedisServer.ts"

/** A way to Redis and a database, both got the same way. Each server lasts until the scope closes. */
export interface LocalServers {
  startRedis(options?: RedisOptions): Effect.Effect<LocalRedis, LocalStackError, Scope.Scope>
  startDatabase(options?: DatabaseOptions): Effect.Effect<LocalDatabase, LocalStackError, Scope.Scope>
}

/** Looks whether a way is open here. `notFound` says why it is not; any other error means that it is meant but does not work. */
export type FindServers = Effect.Effect<LocalServers, LocalStackError>
