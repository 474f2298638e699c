import { Effect, type Scope } from "effect"
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client"

export type Transport = "polling" | "websocket"
export const transports: ReadonlyArray<Transport> = ["polling", "websocket"]

/** A page's connection, and what it heard as `Profile_Response` so far, with the callback that acknowledges it. */
export interface Client {
  readonly socket: Socket
  readonly heard: Array<unknown>
  readonly acknowledge: Array<() => void>
}

/** Why a connection was not let in. */
export interface Refused {
  readonly message: string
  readonly data?: unknown
}

/** Connects, or fails with the server's `connect_error`. Gone with the scope. */
export const connect = (
  port: number,
  options: Partial<ManagerOptions & SocketOptions> = {}
): Effect.Effect<Client, Refused, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() =>
        io(`http://127.0.0.1:${port}`, { forceNew: true, reconnectionDelay: 50, autoConnect: false, ...options })
      ),
      (socket) => Effect.sync(() => socket.disconnect())
    )
    const heard: Array<unknown> = []
    const acknowledge: Array<() => void> = []
    socket.on("Profile_Response", (response: unknown, callback?: () => void) => {
      heard.push(response)
      if (callback !== undefined) acknowledge.push(callback)
    })
    yield* Effect.callback<void, Refused>((resume) => {
      socket.once("connect", () => resume(Effect.void))
      socket.once("connect_error", (error) => resume(Effect.fail(refusal(error))))
      socket.connect()
    })
    return { socket, heard, acknowledge }
  })

/** Emits `joinRoom` and waits for the answer: whether the client is in that room. */
export const joinRoom = ({ socket }: Client, ...args: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() => socket.emitWithAck("joinRoom", ...args))

const refusal = (error: Error & { readonly data?: unknown }): Refused => ({
  message: error.message,
  ...(error.data === undefined ? {} : { data: error.data })
})
