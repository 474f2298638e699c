import { type Connection, cut } from "./connection.ts"
import { type HubLimits } from "./limits.ts"

/**
 * Cuts a connection that sends faster than it may: a bucket of `burst` messages that refills at `rate` a second. Answers are free, one
 * for each thing that was sent: a client that acknowledges a thousand outcomes that it missed is a good one.
 */
export const limitRate = (conn: Connection, { burst, rate }: HubLimits): void => {
  let left = burst
  let counted = performance.now()
  let answersOwed = 0

  const spend = () => {
    const now = performance.now()
    left = Math.min(burst, left + ((now - counted) / 1000) * rate) - 1
    counted = now
    if (left < 0) cut(conn)
  }
  conn.on("packetCreate", ({ type }) => {
    if (type === "message" || type === "ping") answersOwed++
  })
  conn.on("packet", (packet) => {
    if (answersOwed > 0 && isAnswer(packet)) answersOwed--
    else spend()
  })
}

const acknowledgement = "3"

const isAnswer = ({ type, data }: { readonly type: string; readonly data?: unknown }): boolean =>
  type === "pong" || (type === "message" && typeof data === "string" && data.startsWith(acknowledgement))
