import { Effect } from "effect"
import { serveEncryptionGcm } from "../../src/local/EncryptionGcm.ts"

const { CHAOS_KEY = "", CHAOS_PORT = "" } = process.env

await serveEncryptionGcm({ port: Number(CHAOS_PORT), key: Buffer.from(CHAOS_KEY, "hex") }).pipe(
  Effect.andThen(Effect.never),
  Effect.scoped,
  Effect.runPromise
)
