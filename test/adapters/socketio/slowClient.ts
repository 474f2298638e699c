import { randomBytes } from "node:crypto"
import { connect } from "node:net"
import { Effect, type Scope } from "effect"
import { until } from "../../support/until.ts"

/** A WebSocket client that reads what it is let in with and then no more. */
export interface SlowClient {
  /** Reads on, up to the frame with which the hub closes the connection. */
  readonly readToTheEnd: Effect.Effect<void>
}

/** Opens one and has it handshake. Gone with the scope. */
export const openSlow = (port: number, ...frames: ReadonlyArray<string>): Effect.Effect<SlowClient, never, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => connect(port, "127.0.0.1").on("error", () => undefined)),
      (socket) => Effect.sync(() => socket.destroy())
    )
    const texts: Array<string> = []
    let isEnded = false
    socket.on("data", (data) => {
      if (texts.length < 10) texts.push(data.toString("latin1"))
      isEnded ||= data.subarray(-2).equals(close)
    })
    const hears = (text: string) =>
      until(
        Effect.sync(() => texts.join("")),
        (all) => all.includes(text)
      )
    socket.write(upgrade(port))
    yield* hears("pingInterval")
    for (const frame of frames) socket.write(encode(frame))
    yield* hears('40{"sid"')
    socket.pause()
    const ended = until(
      Effect.sync(() => isEnded),
      (now) => now
    )
    return {
      readToTheEnd: Effect.asVoid(
        Effect.andThen(
          Effect.sync(() => socket.resume()),
          ended
        )
      )
    }
  })

const upgrade = (port: number) =>
  [
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "\r\n"
  ].join("\r\n")

/** A close frame without a reason (RFC 6455, 5.5.1). */
const close = Buffer.from([0x88, 0])

/** A masked text frame of at most 125 bytes, the mask being zero (RFC 6455, 5.2). */
const encode = (text: string) =>
  Buffer.concat([Buffer.from([0x81, 0x80 | Buffer.byteLength(text), 0, 0, 0, 0]), Buffer.from(text)])
