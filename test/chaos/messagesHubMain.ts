import { writeSync } from "node:fs"
import { Effect } from "effect"
import { serveMessagesHub } from "../../src/local/MessagesHub.ts"

await serveMessagesHub({
  port: Number(process.env["CHAOS_PORT"]),
  onProfile: (profile) => void writeSync(1, `${JSON.stringify(profile)}\n`)
}).pipe(Effect.andThen(Effect.never), Effect.scoped, Effect.runPromise)
