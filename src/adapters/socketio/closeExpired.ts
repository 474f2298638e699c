import { Clock, Effect } from "effect"
import { cut } from "./connection.ts"
import { type HubIo } from "./HubSocket.ts"
import { type HubLimits } from "./limits.ts"

/**
 * Closes the connections whose token has expired. A Socket.IO client comes back by itself and shows the token that its `auth` has by
 * then; with the old one it is refused.
 */
export const closeExpired = (io: HubIo, limits: HubLimits): Effect.Effect<void> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    for (const { conn, data } of io.of("/").sockets.values())
      if (data.subject !== undefined && hasExpired(data.subject, now, limits)) cut(conn)
  })

/** Whether a token that expires then is taken no more at `now`, both in milliseconds since 1970. */
export const hasExpired = (
  { expiresAt }: { readonly expiresAt: number },
  now: number,
  { expiryTolerance }: HubLimits
): boolean => expiresAt + expiryTolerance <= now
