import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Redacted } from "effect"
import { serveEncryptionLiteral } from "../../../src/local/EncryptionLiteral.ts"
import { findServers } from "../../../src/local/servers.ts"
import { serveTokenApi } from "../../../src/local/TokenApi.ts"
import { secret } from "./tokens.ts"

/**
 * Redis that syncs each write (`appendfsync always`), a database that syncs each commit, and, in this process beside the load, an
 * encryption service and a token API: the neighbours of all that is measured in one run, warm after the first of it.
 */
export const startStack = Effect.gen(function* () {
  const servers = yield* findServers
  const redis = yield* servers.startRedis({ appendOnly: true, args: ["--appendfsync", "always"] })
  const database = yield* servers.startDatabase({ args: ["--innodb-flush-log-at-trx-commit=1"] })
  const encryption = yield* serveEncryptionLiteral()
  const tokenApi = yield* serveTokenApi({ secret: Redacted.make(secret) })
  const folder = yield* temporaryFolder
  return { redis, database, encryption, tokenApi, folder }
})

/** The neighbours of a run; `folder` is for its files. */
export type Stack = Effect.Success<typeof startStack>

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "bench-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)
