import { Effect, type Fiber } from "effect"
import { describeBug } from "../../domain/describeBug.ts"
import type { Recorded } from "../../domain/Outcome.ts"
import { toProfileResponse } from "../../domain/ProfileResponse.ts"
import type { UserId } from "../../domain/UserId.ts"
import type { Inbox } from "../../services/Inbox.ts"
import { cut, drained, isSlow } from "./connection.ts"
import type { Follower, HubSocket } from "./HubSocket.ts"
import { type HubLimits } from "./limits.ts"
import { makeReceived, onAnswered } from "./received.ts"

/** What following needs: the ledger's inbox, a way to run what takes time for as long as the hub is there, and the limits. */
export interface FollowServices {
  readonly inbox: Inbox["Service"]
  readonly run: (effect: Effect.Effect<void>) => Fiber.Fiber<unknown, unknown>
  readonly limits: HubLimits
}

/**
 * Has a client hear its user's outcomes in the order of their positions, none twice: first what it has missed, then
 * `Profile_Position`, then each as it is recorded. A client that states the position that it has seen (`auth.after`) has missed what
 * came later; one that states none, or one beyond the last, has missed what nobody has received. One that is slow to take them waits
 * for the ledger rather than fill the memory; where reading fails by a bug it is cut, and comes back.
 */
export const follow = (socket: HubSocket, userId: UserId, { inbox, run, limits }: FollowServices): Follower => {
  const { conn } = socket
  const received = makeReceived(inbox, userId, run)
  let sent = 0
  let isReading = true
  let isBehind = false

  const send = (recorded: Recorded) => {
    sent = recorded.position
    socket
      .timeout(limits.acknowledgeTimeout)
      .emit("Profile_Response", toProfileResponse(recorded), (late) =>
        late === null ? received(recorded.position) : undefined
      )
  }
  const sendAll = (read: Inbox["Service"]["after"], last = Infinity): Effect.Effect<void> =>
    Effect.flatMap(
      Effect.suspend(() => read(userId, sent)),
      (outcomes) => {
        const due = outcomes.filter(({ position }) => position <= last)
        if (due.length === 0) return Effect.void
        due.forEach(send)
        return Effect.andThen(drained(conn, limits), sendAll(read, last))
      }
    )
  const replay = Effect.gen(function* () {
    const after = statedPosition(socket)
    const last = yield* inbox.last(userId)
    const isKnown = after !== undefined && after <= last
    if (isKnown) sent = after
    yield* sendAll(isKnown ? inbox.after : inbox.unheard, last)
    sent = Math.max(sent, last)
    socket.emit("Profile_Position", { Position: sent })
  })
  const readOn: Effect.Effect<void> = Effect.suspend(() => {
    isReading = isBehind
    isBehind = false
    return isReading ? drained(conn, limits).pipe(Effect.andThen(sendAll(inbox.after)), Effect.andThen(readOn)) : Effect.void
  })
  const read = (reading: Effect.Effect<void>) => run(Effect.catchDefect(reading, (thrown) => tellOfBug(socket, thrown)))
  const catchUp = () => {
    isBehind = true
    if (isReading) return
    isReading = true
    fiber = read(readOn)
  }

  onAnswered(conn, () => sent, received)
  let fiber = read(Effect.andThen(replay, readOn))
  socket.once("disconnect", () => fiber.interruptUnsafe())
  return {
    sent: () => sent,
    hear: (recorded) => {
      if (recorded.position <= sent) return
      if (!isReading && recorded.position === sent + 1 && !isSlow(conn, limits)) send(recorded)
      else catchUp()
    },
    catchUp
  }
}

const statedPosition = ({ handshake }: HubSocket): number | undefined => {
  const after: unknown = handshake.auth["after"]
  return typeof after === "number" && Number.isSafeInteger(after) && after >= 0 ? after : undefined
}

const tellOfBug = ({ conn }: HubSocket, thrown: unknown): Effect.Effect<void> =>
  Effect.andThen(
    Effect.logError("a bug kept a client from what it has missed").pipe(Effect.annotateLogs({ ...describeBug(thrown) })),
    Effect.sync(() => cut(conn))
  )
