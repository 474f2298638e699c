import type { Recorded } from "../../domain/Outcome.ts"
import { roomOf, toProfileResponse } from "../../domain/ProfileResponse.ts"
import { cut, isSlow } from "./connection.ts"
import { type HubIo } from "./HubSocket.ts"
import { type HubLimits } from "./limits.ts"

/**
 * Tells an outcome to each connection in its user's room: to those that showed the user's token in its turn, to those that were let
 * in without one at once. What the latter acknowledge counts for nothing, as they may be anybody. One of those that does not take
 * what it is sent is cut.
 */
export const tell = (io: HubIo, recorded: Recorded, limits: HubLimits): void => {
  const { userId } = recorded
  if (userId === undefined) return
  const { adapter, sockets } = io.of("/")
  for (const id of adapter.rooms.get(roomOf(userId)) ?? []) {
    const socket = sockets.get(id)
    if (socket?.data.follower !== undefined) socket.data.follower.hear(recorded)
    else if (socket !== undefined && isSlow(socket.conn, limits)) cut(socket.conn)
    else socket?.timeout(limits.acknowledgeTimeout).emit("Profile_Response", toProfileResponse(recorded), () => undefined)
  }
}
