import { execFileSync } from "node:child_process"
import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Effect, Redacted } from "effect"
import { askRedis } from "../../src/local/redisCommand.ts"
import { deploymentSchema } from "../../src/local/schema.ts"
import { startDatabase, startRedis } from "../../src/local/servers.ts"
import { type Account, query, statementsOf } from "../../src/local/sql.ts"
import { temporaryFolder } from "../../src/local/temporaryFolder.ts"
import { compose } from "./compose.ts"
import { project } from "./dockerfile.ts"

const deploy = resolve(project, "src/deploy")

/** The secrets as `makeSecrets.sh` makes them, in a folder that others may look into, as a container may. */
export const makeSecrets = Effect.gen(function* () {
  const parent = yield* temporaryFolder
  const folder = join(parent, "secrets")
  yield* Effect.sync(() => {
    execFileSync("sh", [join(deploy, "makeSecrets.sh"), folder])
    for (const path of [parent, folder]) chmodSync(path, 0o711)
  })
  return { folder, read: (name: string) => readFileSync(join(folder, name), "utf8") }
})

/** The secrets that `makeSecrets` made. */
export type Secrets = Effect.Success<typeof makeSecrets>

/** A Redis with the arguments and the password of docker-compose.yml. */
export const startComposeRedis = Effect.fnUntraced(function* (secrets: Secrets) {
  const args = compose.services.redis.command?.slice(2) ?? []
  const redis = yield* startRedis({ args })
  yield* askRedis(redis.url, "CONFIG", "SET", ...secrets.read("redis.conf").split(" "))
  const url = secrets.read("redis_url").replace("redis:6379", `${redis.host}:${redis.port}`)
  const urlFile = join(secrets.folder, "redis_url_here")
  yield* Effect.sync(() => writeFileSync(urlFile, url))
  return { url, urlFile }
})

/** A database as the entry point of the MySQL image leaves it: an empty database, then the files of `src/deploy/mysql` in order. */
export const startComposeDatabase = Effect.fnUntraced(function* (secrets: Secrets) {
  const server = yield* startDatabase()
  const name = compose.services.mysql.environment?.["MYSQL_DATABASE"] ?? ""
  yield* query(server, `CREATE DATABASE ${name}`)
  const root = { ...server, database: name }
  yield* query(root, deploymentSchema)
  yield* query(root, statementsOf(accountsOf(secrets)))
  const account = (user: string): Account & { readonly database: string } => ({
    ...root,
    user,
    password: Redacted.make(secrets.read(`mysql_${user}_password`))
  })
  return { host: server.host, port: server.port, root, account }
})

const accountsOf = ({ folder }: Secrets) => {
  const script = readFileSync(join(deploy, "mysql/20-accounts.sh"), "utf8").replaceAll("/run/secrets", folder)
  return execFileSync("bash", ["-euo", "pipefail", "-c", `docker_process_sql() { cat; }\n${script}`], { encoding: "utf8" })
}
