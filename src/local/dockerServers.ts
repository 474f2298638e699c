import { spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { Console, Duration, Effect, Redacted, type Scope } from "effect"
import { atExit } from "./atExit.ts"
import { type DatabaseOptions } from "./DatabaseServer.ts"
import { databaseContainer, images, redisContainer } from "./docker.ts"
import { createWithService, type LocalDatabase, makePassword } from "./LocalDatabase.ts"
import { type FindServers } from "./LocalServers.ts"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { manageServer } from "./ManagedServer.ts"
import { type Command, run } from "./processes.ts"
import { inRealTime } from "./realTime.ts"
import { type LocalRedis, makeMark, pingMarked, redisAt, type RedisOptions } from "./RedisServer.ts"
import { type Account, query } from "./sql.ts"

/** The servers as containers, where a Docker engine answers (the client alone says nothing). Their images are fetched first. */
export const dockerServers: FindServers = Effect.gen(function* () {
  yield* run(docker("info")).pipe(Effect.timeout("10 seconds"), inRealTime, Effect.mapError(noEngine))
  for (const image of Object.values(images)) yield* fetchImage(image)
  return { startRedis, startDatabase }
})

const startRedis = (options: RedisOptions = {}): Effect.Effect<LocalRedis, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const name = yield* containerName
    const mark = makeMark()
    const managed = yield* manageServer({
      command: (port) => attached(redisContainer({ name, port }, mark, options)),
      ping: pingMarked(mark),
      signal: signalContainer(name)
    })
    return { ...managed, ...redisAt(managed.port), description: `Redis (Docker, ${images.redis})` }
  })

const startDatabase = (options: DatabaseOptions = {}): Effect.Effect<LocalDatabase, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const name = yield* containerName
    const password = makePassword()
    const root = (port: number): Account => ({ host: "127.0.0.1", port, user: "root", password })
    const env = { MYSQL_ROOT_PASSWORD: Redacted.value(password) }
    const managed = yield* manageServer({
      command: (port) => ({ ...attached(databaseContainer({ name, port }, options.args)), env }),
      ping: (port) => query(root(port), "SELECT 1"),
      signal: signalContainer(name)
    })
    const account = root(managed.port)
    const description = `MySQL (Docker, ${images.database})`
    return { ...managed, ...account, description, createDatabase: createWithService(account) }
  })

const docker = (...args: ReadonlyArray<string>): Command => ({ name: `docker ${args[0]}`, file: "docker", args })

const attached = (args: ReadonlyArray<string>): Command => ({
  ...docker(...args),
  stop: { signal: "SIGTERM", grace: Duration.seconds(15) },
  ifParentDies: "SIGTERM"
})

const noEngine = () => localStackError("notFound", "docker info got no answer")

const fetchImage = Effect.fnUntraced(function* (image: string) {
  const known = yield* Effect.isSuccess(run(docker("image", "inspect", image)))
  if (known) return
  yield* Console.log(`Fetching the Docker image ${image}: the local stack needs it.`)
  yield* run(docker("pull", "--quiet", image))
})

const signalContainer = (name: string) => (signal: NodeJS.Signals) =>
  Effect.asVoid(run(docker("kill", "--signal", signal, name)))

const containerName: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => `user-update-service-${randomBytes(6).toString("hex")}`),
  (name) =>
    Effect.andThen(
      Effect.ignore(run(docker("rm", "--force", "--volumes", name))),
      Effect.ignore(run(docker("volume", "rm", "--force", name)))
    )
).pipe(
  Effect.tap((name) =>
    atExit(() => {
      spawnSync("docker", ["rm", "--force", "--volumes", name], { stdio: "ignore" })
      spawnSync("docker", ["volume", "rm", "--force", name], { stdio: "ignore" })
    })
  )
)
