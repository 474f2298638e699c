import { type Server, type Socket } from "socket.io"
import type { ProfileResponse } from "../../domain/ProfileResponse.ts"
import type { UserId } from "../../domain/UserId.ts"

/** What a client may send. What comes with it is whatever the client likes. */
export interface FromClient {
  readonly joinRoom: (...args: ReadonlyArray<unknown>) => void
}

/** What a client hears, and may acknowledge. */
export interface ToClient {
  readonly Profile_Response: (response: ProfileResponse, acknowledge: () => void) => void
}

/** What the hub knows of a connection: whose token it showed; absent where it was let in without one. */
export interface Connection {
  userId?: UserId
}

/** A connection of our hub, and the hub's Socket.IO server. */
export type HubSocket = Socket<FromClient, ToClient, Record<never, never>, Connection>
export type HubIo = Server<FromClient, ToClient, Record<never, never>, Connection>
