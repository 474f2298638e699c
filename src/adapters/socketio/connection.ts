import { Effect, Schedule } from "effect"
import { type HubSocket } from "./HubSocket.ts"
import { type HubLimits } from "./limits.ts"

/** The transport of a client, whatever it speaks on it. */
export type Connection = HubSocket["conn"]

/**
 * Closes a client's transport at once, with what it has not taken yet. Its Socket.IO client takes that for a fault of the network and
 * comes back by itself; one that is told to go (`io server disconnect`) stays away.
 */
export const cut = (conn: Connection): void => void conn.close(true)

/** Counts what a connection was sent and its transport has not taken yet. */
export const countUnsent = (conn: Connection): void => {
  conn.on("packetCreate", () => unsent.set(conn, unsentOf(conn) + 1))
  conn.on("flush", () => unsent.set(conn, 0))
}

/** Whether a client has left more untaken than it may. */
export const isSlow = (conn: Connection, limits: HubLimits): boolean => unsentOf(conn) > limits.unsent

/** Waits until a client has taken all that it was sent. One that takes too long is cut. */
export const drained = (conn: Connection, { drainTimeout }: HubLimits): Effect.Effect<void> =>
  Effect.sync(() => conn.readyState !== "open" || (unsentOf(conn) === 0 && conn.transport.writable)).pipe(
    Effect.repeat({ schedule: Schedule.spaced("10 millis"), until: (done) => done }),
    Effect.timeoutOrElse({ duration: drainTimeout, orElse: () => Effect.sync(() => cut(conn)) }),
    Effect.asVoid
  )

const unsent = new WeakMap<Connection, number>()
const unsentOf = (conn: Connection): number => unsent.get(conn) ?? 0
