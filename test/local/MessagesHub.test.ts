import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { serveMessagesHub } from "../../src/local/MessagesHub.ts"

it.live("says so when its port is taken, and frees it with its scope", () =>
  Effect.gen(function* () {
    const { port } = yield* Effect.scoped(
      Effect.gen(function* () {
        const hub = yield* serveMessagesHub()
        const error = yield* Effect.flip(serveMessagesHub({ port: hub.port }))
        assert.strictEqual(error.reason, "portTaken")
        return hub
      })
    )
    assert.strictEqual((yield* serveMessagesHub({ port })).port, port)
  })
)
