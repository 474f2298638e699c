import { Effect } from "effect"
import type { RelayHub } from "./relayHub.ts"

/** What a hub showed: it `answered`, it sent a `ping`, or the connection was `lost`. */
export type Sign = "answered" | "ping" | "lost"

/**
 * Waits for a sign that the hub has received all that was emitted until now. It is asked for a namespace that nobody has, which every
 * Socket.IO server refuses, in its turn (Socket.IO protocol 5, "Connection to a namespace"). The second ping from now on is a sign too:
 * a server sends it only after our answer to the first (Engine.IO protocol 4, "Heartbeat").
 */
export const signOfLife = (hub: RelayHub): Effect.Effect<Sign> =>
  Effect.callback((resume) => {
    if (!hub.connected) return resume(Effect.succeed("lost"))
    const { io: manager, id } = hub
    const question = manager.socket("/update-user-service")
    let pings = 0
    const stop = () => {
      hub.off("disconnect", lost)
      question.off()
      manager.off("ping", pinged)
      question.disconnect()
    }
    const end = (sign: Sign) => {
      stop()
      resume(Effect.succeed(sign))
    }
    const lost = () => end("lost")
    const answered = () => void (hub.id === id && end("answered"))
    const pinged = () => void (++pings === 2 && end("ping"))
    hub.on("disconnect", lost)
    question.on("connect", answered).on("connect_error", answered)
    manager.on("ping", pinged)
    return Effect.sync(stop)
  })
