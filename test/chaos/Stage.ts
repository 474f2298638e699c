import { randomBytes } from "node:crypto"
import { Effect, Redacted, type Scope } from "effect"
import type { LocalStackError } from "../../src/local/LocalStackError.ts"
import { freePort } from "../../src/local/ports.ts"
import type { LocalRedis } from "../../src/local/RedisServer.ts"
import { startDatabase, startRedis } from "../../src/local/servers.ts"
import type { DatabaseAccount } from "../../src/local/sql.ts"
import { temporaryFolder } from "../../src/local/temporaryFolder.ts"
import { type LinkName, parts as partNames, type PartName, type Variant } from "./faults.ts"
import { makeInHand, type InHand } from "./InHand.ts"
import { type Link, makeLink, type Tap } from "./Link.ts"
import type { Part } from "./Part.ts"
import { witnessChanges } from "./readLedger.ts"
import { startParts } from "./startParts.ts"

/** A whole deployment on servers of its own, and all that faults need of it. Both accounts name its database. */
export interface Stage {
  readonly redis: LocalRedis
  readonly account: DatabaseAccount
  readonly asRoot: DatabaseAccount
  readonly parts: ReadonlyMap<PartName, Part>
  readonly links: ReadonlyMap<LinkName, Link>
  readonly inHand: InHand
  /** Signs tokens; and what the encryption service encrypts with. */
  readonly secret: Redacted.Redacted
  readonly key: Buffer
  /** Where clients find each hub. */
  readonly hubUrls: readonly [string, ...ReadonlyArray<string>]
  /** Where all processes of ours write, and the hub that is elsewhere what it was told. */
  readonly logs: string
}

/** Starts everything, each connection through a link, and waits until the service is ready. */
export const startStage = Effect.fnUntraced(function* (
  variant: Variant,
  users: ReadonlyArray<string>
): Effect.fn.Return<Stage, LocalStackError, Scope.Scope> {
  const logs = yield* temporaryFolder
  const redis = yield* startRedis({ appendOnly: true, args: ["--appendfsync", "always"] })
  const database = yield* startDatabase()
  const account = yield* database.createDatabase()
  const asRoot = { ...database, database: account.database }
  yield* witnessChanges(asRoot, users)

  const names = partNames[variant].filter((name) => name.startsWith("hub"))
  const ports = { encryption: yield* freePort, tokens: yield* freePort, hubs: new Map<PartName, number>() }
  for (const name of names) ports.hubs.set(name, yield* freePort)
  const links = new Map<LinkName, Link>([
    ["to redis", makeLink(redis.port)],
    ["to mysql", makeLink(database.port)],
    ["to encryption", makeLink(ports.encryption, encryptionLatency)],
    ["to tokens", makeLink(ports.tokens)],
    ...[...ports.hubs].map(([name, port]) => [`to ${name}`, makeLink(port)] as [LinkName, Link])
  ])
  const open = (name: LinkName, tap?: Tap) => links.get(name)?.open(tap) ?? Effect.succeed(0)
  const [first, ...others] = yield* Effect.forEach(names, (name) =>
    Effect.map(open(`to ${name}` as LinkName), (port) => `http://127.0.0.1:${port}`)
  )
  const context = {
    redis,
    account,
    inHand: makeInHand(),
    secret: Redacted.make(randomBytes(24).toString("hex")),
    key: randomBytes(32),
    hubUrls: [first ?? "", ...others] as const,
    logs
  }
  const parts = yield* startParts({ ...context, variant, database, ports, open })
  return { ...context, asRoot, parts, links }
})

/** Long enough that a killed worker has jobs in hand; in milliseconds, each way. */
const encryptionLatency = 250
