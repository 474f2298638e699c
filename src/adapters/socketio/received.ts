import { Effect } from "effect"
import { describeBug } from "../../domain/describeBug.ts"
import type { UserId } from "../../domain/UserId.ts"
import type { Inbox } from "../../services/Inbox.ts"
import { type Connection } from "./connection.ts"

/**
 * Notes in the ledger how far a connection has received, one write at a time: what is received meanwhile goes into the next one. A
 * write that fails by a bug is told of, and the next one makes up for it.
 */
export const makeReceived = (inbox: Inbox["Service"], userId: UserId, run: (effect: Effect.Effect<void>) => unknown) => {
  let received = 0
  let noted = 0
  let isWriting = false

  const write: Effect.Effect<void> = Effect.suspend(() => {
    const position = received
    isWriting = position > noted
    if (!isWriting) return Effect.void
    noted = position
    return Effect.andThen(inbox.received(userId, position), write)
  })
  const writeOrTell = Effect.catchDefect(write, (thrown) =>
    Effect.andThen(
      Effect.sync(() => (isWriting = false)),
      Effect.logError("a bug kept a delivery out of the ledger").pipe(Effect.annotateLogs({ ...describeBug(thrown) }))
    )
  )
  return (position: number): void => {
    received = Math.max(received, position)
    if (!isWriting) run(writeOrTell)
  }
}

/** Tells what a connection has received: it keeps its order, so all that was sent before a ping is there when that is answered. */
export const onAnswered = (conn: Connection, sent: () => number, received: (position: number) => void): void => {
  let pinged = 0
  conn.on("packetCreate", ({ type }) => {
    if (type === "ping") pinged = sent()
  })
  conn.on("packet", ({ type }) => {
    if (type === "pong") received(pinged)
  })
}
