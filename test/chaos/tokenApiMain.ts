import { Effect, Redacted } from "effect"
import { serveTokenApi } from "../../src/local/TokenApi.ts"

const { CHAOS_PORT = "", CHAOS_SECRET = "" } = process.env

await serveTokenApi({ port: Number(CHAOS_PORT), secret: Redacted.make(CHAOS_SECRET) }).pipe(
  Effect.andThen(Effect.never),
  Effect.scoped,
  Effect.runPromise
)
