import { idInRoom, roomOf } from "../../domain/ProfileResponse.ts"
import { type AdmitOptions } from "./admit.ts"
import { type HubSocket } from "./HubSocket.ts"
import { type HubLimits } from "./limits.ts"

/**
 * Answers the page's `joinRoom`. A token's holder is in the token's room already, and in no other. A client that was let in without
 * a token may join the room of any user, one a call. Whatever else is asked for is ignored. A client that passes a callback is told
 * whether it is in the room.
 */
export const answerJoinRoom = (socket: HubSocket, readUserId: AdmitOptions["readUserId"], limits: HubLimits) => {
  const userId = socket.data.subject?.userId
  const join = (room: unknown): boolean => {
    const named = readUserId(idInRoom(room))
    if (named === undefined) return false
    if (userId !== undefined) return named === userId
    if (socket.rooms.size <= limits.rooms) void socket.join(roomOf(named))
    return socket.rooms.has(roomOf(named))
  }
  socket.on("joinRoom", (...args) => {
    const callback = args.at(-1)
    const joined = join(args[0])
    if (typeof callback === "function") callback(joined)
  })
}
