import { Effect } from "effect"
import { type Admit, type Refusal, refusals } from "./admit.ts"
import { type Connection, cut } from "./connection.ts"
import { type HubSocket } from "./HubSocket.ts"
import { type Seats } from "./seats.ts"

/** What letting in needs; `run` runs what takes time for as long as the hub is there. */
export interface LetInServices {
  readonly admit: Admit
  readonly seats: Seats
  readonly run: (effect: Effect.Effect<void>) => unknown
}

/**
 * Lets a client in by the token of its handshake, as long as its user has a seat. A connection has one handshake: one that starts a
 * second is cut, as a client could have each outcome told to it once for each.
 */
export const letIn = ({ admit, seats, run }: LetInServices) => {
  const known = new WeakSet<Connection>()
  return (socket: HubSocket, next: (refusal?: Refusal) => void): void => {
    const { conn, handshake } = socket
    if (known.has(conn)) return cut(conn)
    known.add(conn)
    const admitted = Effect.match(admit(handshake.auth["token"]), {
      onFailure: next,
      onSuccess: (subject) => {
        if (subject === undefined) return next()
        if (!seats.take(conn, subject.userId)) return next(refusals.TooManyConnections())
        socket.data.subject = subject
        next()
      }
    })
    run(admitted)
  }
}
