import type { UserId } from "../../domain/UserId.ts"
import { type Connection } from "./connection.ts"
import { type HubLimits } from "./limits.ts"

/** The connections of each user. */
export interface Seats {
  /** Gives a connection one of its user's seats until it closes; whether there was one. */
  readonly take: (conn: Connection, userId: UserId) => boolean
}

/** Counts users' connections from the moment in which they are let in: handshakes that run at the same time cannot get past it. */
export const makeSeats = ({ connectionsOfUser }: HubLimits): Seats => {
  const taken = new Map<UserId, number>()
  const change = (userId: UserId, by: number) => {
    const count = (taken.get(userId) ?? 0) + by
    if (count > 0) taken.set(userId, count)
    else taken.delete(userId)
  }
  return {
    take: (conn, userId) => {
      if (conn.readyState !== "open" || (taken.get(userId) ?? 0) >= connectionsOfUser) return false
      change(userId, 1)
      conn.once("close", () => change(userId, -1))
      return true
    }
  }
}
