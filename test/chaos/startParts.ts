import { join } from "node:path"
import { Effect, Redacted, type Scope } from "effect"
import type { LocalDatabase } from "../../src/local/LocalDatabase.ts"
import { freePort } from "../../src/local/ports.ts"
import { readiness } from "../support/deployment.ts"
import { until } from "../support/until.ts"
import { type LinkName, parts as partNames, type PartName, type Variant } from "./faults.ts"
import type { Tap } from "./Link.ts"
import { asPart, type Part, startPart } from "./Part.ts"
import type { Stage } from "./Stage.ts"

/** What the parts need to know of each other. `hubs` are the hubs' own ports; `open` gives a port more of a link. */
export interface PartsContext extends Omit<Stage, "parts" | "links" | "asRoot"> {
  readonly variant: Variant
  readonly database: LocalDatabase
  readonly ports: { readonly encryption: number; readonly tokens: number; readonly hubs: ReadonlyMap<PartName, number> }
  readonly open: (name: LinkName, tap?: Tap) => Effect.Effect<number, never, Scope.Scope>
}

/** Starts every part, those first that others need, and waits until the service's are ready. */
export const startParts = Effect.fnUntraced(function* (
  context: PartsContext
): Effect.fn.Return<ReadonlyMap<PartName, Part>, never, Scope.Scope> {
  const { account, database, hubUrls, inHand, key, logs, open, ports, redis, secret, variant } = context
  const env = {
    REDIS_URL: `redis://127.0.0.1:${yield* open("to redis")}`,
    MYSQL_HOST: "127.0.0.1",
    MYSQL_PORT: String(yield* open("to mysql")),
    MYSQL_USER: account.user,
    MYSQL_PASSWORD: Redacted.value(account.password),
    MYSQL_DATABASE: account.database,
    API_JWT: `http://127.0.0.1:${yield* open("to tokens")}`,
    SHUTDOWN_GRACE: "5 seconds",
    LOG_LEVEL: "debug"
  }
  const start = (name: PartName, file: string, environment: Readonly<Record<string, string>>) =>
    startPart(name, { file, env: environment, log: join(logs, `${name}.log`) })
  const startService = Effect.fnUntraced(function* (name: PartName, own: Readonly<Record<string, string>>) {
    const PORT = String(yield* freePort)
    const PORT_ENCRYPT = `http://127.0.0.1:${yield* open("to encryption", inHand.tap(name))}/`
    const part = yield* start(name, "../../src/main.ts", { ...env, PORT, PORT_ENCRYPT, ...own })
    yield* until(readiness(PORT), ({ status }) => status === 200)
    return part
  })
  const portOf = (name: PartName) => String(ports.hubs.get(name))
  const starts: Readonly<Record<Role, (name: PartName) => Effect.Effect<Part, never, Scope.Scope>>> = {
    redis: () => Effect.succeed(asPart(redis)),
    mysql: () => Effect.succeed(asPart(database)),
    encryption: (name) =>
      start(name, "encryptionMain.ts", { CHAOS_PORT: String(ports.encryption), CHAOS_KEY: key.toString("hex") }),
    tokens: (name) =>
      start(name, "tokenApiMain.ts", { CHAOS_PORT: String(ports.tokens), CHAOS_SECRET: Redacted.value(secret) }),
    "hub-elsewhere": (name) => start(name, "messagesHubMain.ts", { CHAOS_PORT: portOf(name) }),
    hub: (name) => startService(name, { ROLES: "messages,api", PORT_MESSAGES_USERS: portOf(name) }),
    worker: (name) =>
      startService(name, {
        ROLES: "worker,api",
        PORT_MESSAGES_USERS: variant === "own" ? portOf("hub-1") : `${hubUrls[0]}/`
      })
  }
  const parts = new Map<PartName, Part>()
  for (const role of Object.keys(starts)) {
    for (const name of partNames[variant].filter((name) => roleOf(name) === role))
      parts.set(name, yield* starts[roleOf(name)](name))
  }
  return parts
})

type Role = PartName extends infer Name
  ? Name extends `${infer Kind extends "worker" | "hub"}-${number}`
    ? Kind
    : Name
  : never

const roleOf = (name: PartName) => name.replace(/-\d$/u, "") as Role
