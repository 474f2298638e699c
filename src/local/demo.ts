import { NodeRuntime } from "@effect/platform-node"
import { Cause, Effect, Exit, type Runtime } from "effect"
import { item, say, step } from "./demo/paper.ts"
import { play } from "./demo/play.ts"
import { ada, grace, scenes } from "./demo/scenes.ts"
import { startStack } from "./demo/Stack.ts"
import { LocalStackError } from "./LocalStackError.ts"
import { query } from "./sql.ts"

const keep = process.argv.includes("--keep")

const program = Effect.gen(function* () {
  yield* Effect.yieldNow
  yield* say("A queue, a database, an encryption service, users: the whole flow, on this machine, in a few seconds.")
  const stack = yield* startStack
  yield* query(stack.database, [
    `INSERT INTO Users VALUES ('${ada}', 'not set', 'not set', 'Ada', 'none.png')`,
    `INSERT INTO Users VALUES ('${grace}', 'not set', 'not set', 'Grace', 'none.png')`
  ])
  yield* Effect.forEach(scenes, (scene) => play(stack, scene), { discard: true })

  if (keep) {
    yield* step("Everything stays up. Ctrl-C ends it and leaves nothing behind")
    yield* item("HTTP API", `${stack.apiUrl}/docs   ${stack.apiUrl}/health/ready`)
    yield* item("messages hub", `${stack.hubUrl}   a token in auth.token`)
    yield* item("queue", `${stack.redisUrl}   Bull queue Update_User`)
    yield* item("database", `${stack.database.user}@${stack.database.host}:${stack.database.port}/${stack.database.database}`)
    yield* item("tokens", `of ${ada}, good for an hour:`)
    yield* say(yield* stack.issueToken(ada))
    return yield* Effect.never
  }
  yield* step("That was all of it. Stopping everything")
}).pipe(Effect.scoped, Effect.tap(say("\nDone: four jobs, four sentences, one row changed. Nothing is left running.")))

/** 0 in the end, 130 after Ctrl-C, and 1 with a message where something could not be started. */
const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit)) return done(0)
  if (Cause.hasInterruptsOnly(exit.cause)) return done(keep ? 0 : 130)
  const error = Cause.squash(exit.cause)
  process.stderr.write(`\n${error instanceof LocalStackError ? error.message : String(error)}\n`)
  done(1)
}

program.pipe(NodeRuntime.runMain({ disableErrorReporting: true, teardown }))
