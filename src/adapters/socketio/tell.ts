import type { Recorded } from "../../domain/Outcome.ts"
import { roomOf, toProfileResponse } from "../../domain/ProfileResponse.ts"
import { type HubIo } from "./HubSocket.ts"

/**
 * Sends an outcome to each connection in its user's room. `onHeard` is called once, when the first of them acknowledges; most pages
 * never do, and after `patience`, in milliseconds, nothing is kept for them.
 */
export const tell = (io: HubIo, recorded: Recorded, onHeard: () => void, patience = 10_000): void => {
  const { userId } = recorded
  if (userId === undefined) return
  const response = toProfileResponse(recorded)
  const { adapter, sockets } = io.of("/")
  let heard = false
  const acknowledge = (timeout: Error | null) => {
    if (timeout !== null || heard) return
    heard = true
    onHeard()
  }
  for (const id of adapter.rooms.get(roomOf(userId)) ?? [])
    sockets.get(id)?.timeout(patience).emit("Profile_Response", response, acknowledge)
}
