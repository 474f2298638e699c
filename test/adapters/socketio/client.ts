import { Effect, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client"
import { until } from "../../support/until.ts"

export type Transport = "polling" | "websocket"
export const transports: ReadonlyArray<Transport> = ["polling", "websocket"]

/**
 * A page's connection: what it heard as `Profile_Response` so far, with the callback that acknowledges it; and the positions of those
 * in turn with what it heard as `Profile_Position`, as `"at 3"`.
 */
export interface Client {
  readonly socket: Socket
  readonly heard: Array<unknown>
  readonly acknowledge: Array<() => void>
  readonly timeline: Array<number | string>
  readonly disconnects: Array<string>
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
        io(`http://127.0.0.1:${port}`, {
          forceNew: true,
          reconnectionDelay: 50,
          reconnectionDelayMax: 200,
          autoConnect: false,
          ...options
        })
      ),
      (socket) => Effect.sync(() => socket.disconnect())
    )
    const client: Client = { socket, heard: [], acknowledge: [], timeline: [], disconnects: [] }
    socket.on("Profile_Response", (response: { readonly Position: number }, callback?: () => void) => {
      client.heard.push(response)
      client.timeline.push(response.Position)
      if (callback !== undefined) client.acknowledge.push(callback)
    })
    socket.on("Profile_Position", ({ Position }: { readonly Position: number }) => client.timeline.push(`at ${Position}`))
    socket.on("disconnect", (reason) => client.disconnects.push(reason))
    yield* Effect.callback<void, Refused>((resume) => {
      socket.once("connect", () => resume(Effect.void))
      socket.once("connect_error", (error) => resume(Effect.fail(refusal(error))))
      socket.connect()
    })
    return client
  })

/** Emits `joinRoom` and waits for the answer: whether the client is in that room. */
export const joinRoom = ({ socket }: Pick<Client, "socket">, ...args: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() => socket.emitWithAck("joinRoom", ...args))

/** Waits until a client's timeline has an entry, and reads all of it. */
export const timelineUntil = ({ timeline }: Client, entry: number | string): Effect.Effect<ReadonlyArray<number | string>> =>
  until(
    Effect.sync(() => [...timeline]),
    (entries) => entries.includes(entry)
  )

/** Waits until a client is connected, or is not. */
export const becomes = ({ socket }: Client, connected: boolean): Effect.Effect<boolean> =>
  until(
    Effect.sync(() => socket.connected),
    (now) => now === connected
  )

/** Waits in real time, while the test's clock creeps on so that short waits in the hub end. */
export const creeping = <A, E, R>(wait: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.raceFirst(
    TestClock.withLive(wait),
    Effect.forever(Effect.andThen(TestClock.withLive(Effect.sleep("2 millis")), TestClock.adjust("1 millis")))
  )

const refusal = (error: Error & { readonly data?: unknown }): Refused => ({
  message: error.message,
  ...(error.data === undefined ? {} : { data: error.data })
})
