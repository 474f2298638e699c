import { randomBytes } from "node:crypto"
import { Effect, type Scope } from "effect"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { manageServer, type ServerControl } from "./ManagedServer.ts"
import { askRedis } from "./redisCommand.ts"
import { temporaryFolder } from "./temporaryFolder.ts"

/** `appendOnly` has Redis write its append-only file, so that data outlive a kill. Further arguments win over ours. */
export interface RedisOptions {
  readonly appendOnly?: boolean
  readonly args?: ReadonlyArray<string>
}

/** A Redis for this process. `description` is for people, e.g. `Redis (/usr/bin/redis-server)`. */
export interface LocalRedis extends ServerControl {
  readonly host: string
  readonly port: number
  readonly url: string
  readonly description: string
}

/** Starts Redis on a free port of 127.0.0.1, in a temporary folder, until the scope closes. */
export const start = (binary: string, options: RedisOptions = {}): Effect.Effect<LocalRedis, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const mark = makeMark()
    const managed = yield* manageServer({
      command: (port) => ({
        name: binary,
        file: binary,
        args: ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, ...redisArguments(mark, options)]
      }),
      ping: pingMarked(mark)
    })
    return { ...managed, ...redisAt(managed.port), description: `Redis (${binary})` }
  })

/** The arguments of a queue's Redis wherever it runs: it forgets nothing by itself and is known by its mark. */
export const redisArguments = (mark: string, { appendOnly = false, args = [] }: RedisOptions): ReadonlyArray<string> => [
  "--save",
  "",
  "--appendonly",
  appendOnly ? "yes" : "no",
  "--maxmemory-policy",
  "noeviction",
  "--dbfilename",
  mark,
  ...args
]

/** A name for the dump file that no other Redis has: it tells ours from one that took the same port first. */
export const makeMark = () => `${randomBytes(8).toString("hex")}.rdb`

/** Succeeds when the Redis with this mark answers on the port. */
export const pingMarked = (mark: string) => (port: number) =>
  askRedis(redisAt(port).url, "CONFIG", "GET", "dbfilename").pipe(
    Effect.filterOrFail(
      (answer) => Array.isArray(answer) && answer.includes(mark),
      () => localStackError("portTaken", `Another Redis took port ${port} first.`)
    )
  )

/** Where a Redis of ours is. */
export const redisAt = (port: number) => ({ host: "127.0.0.1", port, url: `redis://127.0.0.1:${port}` })
