import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { manageServer } from "../../src/local/ManagedServer.ts"
import { localStackError } from "../../src/local/LocalStackError.ts"
import { isListening } from "./observe.ts"

const serve = (port: number) => `require("node:net").createServer().listen(${port}, "127.0.0.1")`

const command = (code: string) => ({ name: "fake server", file: process.execPath, args: ["-e", code] })

const ping = (port: number) =>
  Effect.filterOrFail(
    isListening(port),
    (listens) => listens,
    () => localStackError("refused", "not yet")
  )

describe("a managed server", () => {
  it.effect("is started on another port when the first one was taken meanwhile", () =>
    Effect.gen(function* () {
      const tried: Array<number> = []
      const server = yield* manageServer({
        command: (port) => {
          tried.push(port)
          return command(tried.length === 1 ? "console.error('bind: Address already in use'); process.exit(1)" : serve(port))
        },
        ping
      })
      assert.strictEqual(tried.length, 2)
      assert.strictEqual(server.port, tried[1])
    }).pipe(Effect.scoped)
  )

  it.effect("fails at once with its last lines when it dies while starting", () =>
    Effect.gen(function* () {
      const plan = { command: () => command("console.error('no space left'); process.exit(4)"), ping }
      const error = yield* Effect.flip(Effect.scoped(manageServer(plan)))
      assert.strictEqual(error.reason, "failed")
      assert.strictEqual(error.message, "fake server ended while starting (exit code 4):\nno space left")
    })
  )

  it.effect("keeps its port over restarts, even when it was running", () =>
    Effect.gen(function* () {
      const server = yield* manageServer({ command: (port) => command(serve(port)), ping })
      const first = yield* server.pid
      yield* server.restart
      yield* server.restart
      assert.notStrictEqual(yield* server.pid, first)
      assert.isTrue(yield* isListening(server.port))
    }).pipe(Effect.scoped)
  )
})
