import { Effect, type Scope } from "effect"
import { io, type Socket } from "socket.io-client"

/** A client that is up to no good: what it heard, as the ids of the jobs, and whether it was let in. It acknowledges all that it hears. */
export interface Stranger {
  readonly socket: Socket
  readonly isIn: boolean
  readonly heard: ReadonlyArray<{ readonly JobId: string; readonly Position: number }>
}

/** Connects once, and waits until the hub has let it in or refused it. */
export const connectStranger = (hubUrl: string, auth: object): Effect.Effect<Stranger, never, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => io(hubUrl, { auth, forceNew: true, transports: ["websocket"], reconnection: false })),
      (socket) => Effect.sync(() => socket.disconnect())
    )
    const heard: Array<{ readonly JobId: string; readonly Position: number }> = []
    socket.on("Profile_Response", (response, acknowledge?: () => void) => {
      heard.push(response)
      acknowledge?.()
    })
    const isIn = yield* Effect.callback<boolean>((resume) => {
      socket.once("connect", () => resume(Effect.succeed(true)))
      socket.once("connect_error", () => resume(Effect.succeed(false)))
    })
    return { socket, isIn, heard }
  })

/** Asks the hub, and waits for its answer; what the hub sent before has arrived by then. */
export const ask = ({ socket }: Stranger, event: string, ...args: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() => socket.emitWithAck(event, ...args))

/** Acknowledges what it was never sent, by the numbers that such events would have. */
export const acknowledgeAnything = ({ socket }: Stranger): void => {
  for (let id = 0; id < 5; id++) socket.io._packet({ type: acknowledgement, nsp: "/", id, data: [null], options: {} })
}

const acknowledgement = 3
