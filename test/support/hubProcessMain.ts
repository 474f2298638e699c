import { writeSync } from "node:fs"
import { Effect } from "effect"
import { serveMessagesHub } from "../../src/local/MessagesHub.ts"

const say = (value: unknown) => void writeSync(1, `${JSON.stringify(value)}\n`)

await serveMessagesHub({ port: Number(process.argv[2]), onProfile: say }).pipe(
  Effect.andThen(Effect.sync(() => say("listening"))),
  Effect.andThen(Effect.never),
  Effect.scoped,
  Effect.runPromise
)
