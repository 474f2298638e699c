import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { listen, openHub } from "../../../src/adapters/socketio/openHub.ts"
import { tell } from "../../../src/adapters/socketio/tell.ts"
import { toProfileResponse } from "../../../src/domain/ProfileResponse.ts"
import { freePort } from "../../../src/local/ports.ts"
import { recordedFor } from "../../support/outcomes.ts"
import { until } from "../../support/until.ts"
import { connect } from "./client.ts"
import { ada } from "./hub.ts"

it.live("does not take the silence of a page for an acknowledgement, nor an acknowledgement that comes too late", () =>
  Effect.gen(function* () {
    const hub = yield* openHub("any")
    const port = yield* freePort
    yield* listen(hub, port, "127.0.0.1")
    hub.io.on("connection", (socket) => void socket.join(`${ada}_Update_User`))
    const page = yield* connect(port)
    const heard: Array<string> = []
    tell(hub.io, recordedFor(ada), () => heard.push("late"), 20)
    yield* Effect.promise(() =>
      hub.io
        .timeout(40)
        .emitWithAck("Profile_Response", toProfileResponse(recordedFor(ada)))
        .catch(() => undefined)
    )
    tell(hub.io, recordedFor(ada, 2), () => heard.push("in time"))
    yield* until(
      Effect.sync(() => page.acknowledge),
      ({ length }) => length === 3
    )
    for (const acknowledge of page.acknowledge) acknowledge()
    yield* until(
      Effect.sync(() => heard.length),
      (count) => count > 0
    )
    assert.deepStrictEqual(heard, ["in time"])
  })
)
