import { Effect, type Scope } from "effect"
import { until } from "../../support/until.ts"

/** A WebSocket that says nothing by itself, not even the answer to a ping, and the frames that it heard. */
export interface RawClient {
  readonly frames: ReadonlyArray<string>
  readonly send: (frame: string | Uint8Array<ArrayBuffer>) => void
  readonly isClosed: () => boolean
  /** Waits until this many of the frames begin like this. */
  readonly hears: (start: string, count?: number) => Effect.Effect<void>
  readonly closed: Effect.Effect<void>
}

/** Opens one to the hub on a port of this machine; with a handshake it waits until it is let in. Gone with the scope. */
export const openRaw = (port: number, auth?: object): Effect.Effect<RawClient, never, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)),
      (socket) => Effect.sync(() => socket.close())
    )
    const frames: Array<string> = []
    socket.addEventListener("message", ({ data }) => frames.push(String(data)))
    const isClosed = () => socket.readyState === WebSocket.CLOSED
    const hears = (start: string, count = 1) =>
      Effect.asVoid(
        until(
          Effect.sync(() => frames.filter((frame) => frame.startsWith(start)).length),
          (found) => found >= count
        )
      )
    const closed = Effect.asVoid(until(Effect.sync(isClosed), (now) => now))
    const client: RawClient = { frames, send: (frame) => socket.send(frame), isClosed, hears, closed }
    yield* hears("0")
    if (auth !== undefined) {
      client.send(`40${JSON.stringify(auth)}`)
      yield* hears("40")
    }
    return client
  })
