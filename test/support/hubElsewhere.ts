import { Effect } from "effect"
import { Server } from "socket.io"
import { freePort } from "../../src/local/ports.ts"
import { bytesOf } from "./sinks.ts"

/** A hub elsewhere, as a worker relays to it: its address, and all that it receives, each packet as it came and what was read from it. */
export const hubElsewhere = Effect.gen(function* () {
  const port = yield* freePort
  const hub = yield* Effect.acquireRelease(
    Effect.sync(() => new Server(port)),
    (hub) => Effect.promise(() => hub.close())
  )
  const seen: Array<unknown> = []
  hub.on("connection", (socket) => {
    seen.push(socket.handshake.auth, socket.handshake.headers)
    socket.conn.on("packet", ({ data }) => seen.push(data))
    socket.onAny((...args: ReadonlyArray<unknown>) => seen.push(args))
  })
  return { url: `http://127.0.0.1:${port}`, seen: () => bytesOf(seen) }
})
