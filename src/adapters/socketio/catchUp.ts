import { Effect } from "effect"
import { describeBug } from "../../domain/describeBug.ts"
import { roomOf } from "../../domain/ProfileResponse.ts"
import type { UserId } from "../../domain/UserId.ts"
import type { Inbox } from "../../services/Inbox.ts"
import { type HubIo, type HubSocket } from "./HubSocket.ts"

/**
 * Has every connection whose user has an outcome that it was not sent look it up: what is published while a hub does not hear the
 * notification bus is lost there, and the ledger still has it. A bug is told of, and the next time makes up for it.
 */
export const catchUp = (io: HubIo, inbox: Inbox["Service"]): Effect.Effect<void> =>
  Effect.suspend(() => {
    const positions = [...positionsOf(io.of("/").sockets.values())]
    const chunks = Array.from({ length: Math.ceil(positions.length / chunk) }, (_, index) =>
      positions.slice(index * chunk, (index + 1) * chunk)
    )
    return Effect.forEach(
      chunks,
      (some) => Effect.map(inbox.behind(new Map(some)), (users) => users.forEach((userId) => catchUpUser(io, userId))),
      { discard: true }
    )
  }).pipe(
    Effect.catchDefect((thrown) =>
      Effect.logError("a bug kept the hub from reading what it has missed").pipe(
        Effect.annotateLogs({ ...describeBug(thrown) })
      )
    )
  )

const chunk = 1000

const positionsOf = (sockets: Iterable<HubSocket>): ReadonlyMap<UserId, number> => {
  const positions = new Map<UserId, number>()
  for (const { data } of sockets) {
    if (data.subject === undefined || data.follower === undefined) continue
    const { userId } = data.subject
    positions.set(userId, Math.min(positions.get(userId) ?? Infinity, data.follower.sent()))
  }
  return positions
}

const catchUpUser = (io: HubIo, userId: UserId) => {
  const { adapter, sockets } = io.of("/")
  for (const id of adapter.rooms.get(roomOf(userId)) ?? []) sockets.get(id)?.data.follower?.catchUp()
}
