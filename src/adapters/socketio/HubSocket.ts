import { type Server, type Socket } from "socket.io"
import type { ProfilePosition, ProfileResponse } from "../../domain/ProfileResponse.ts"
import type { Recorded } from "../../domain/Outcome.ts"
import type { Subject } from "./admit.ts"

/** What a client may send. What comes with it is whatever the client likes. */
export interface FromClient {
  readonly joinRoom: (...args: ReadonlyArray<unknown>) => void
  readonly refreshToken: (...args: ReadonlyArray<unknown>) => void
}

/** What a client hears. It may acknowledge a response. */
export interface ToClient {
  readonly Profile_Response: (response: ProfileResponse, acknowledge: () => void) => void
  readonly Profile_Position: (position: ProfilePosition) => void
}

/** What the hub knows of a client; nothing of one that was let in without a token. */
export interface Client {
  subject?: Subject
  follower?: Follower
}

/** How far a client has come in what its user has to hear. */
export interface Follower {
  /** The position that it was sent last. */
  readonly sent: () => number
  /** Tells it an outcome that has just been recorded, or what it has missed before that. */
  readonly hear: (recorded: Recorded) => void
  /** Has it look up what it has missed. */
  readonly catchUp: () => void
}

/** A client of our hub, and the hub's Socket.IO server. */
export type HubSocket = Socket<FromClient, ToClient, Record<never, never>, Client>
export type HubIo = Server<FromClient, ToClient, Record<never, never>, Client>
