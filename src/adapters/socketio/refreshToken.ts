import { Effect } from "effect"
import { type Admit } from "./admit.ts"
import { type HubSocket } from "./HubSocket.ts"

/**
 * Answers `refreshToken`: a new token of the same user keeps the connection until that one expires. Another user's token, or a bad
 * one, changes nothing. A client that passes a callback is told whether its token was taken.
 */
export const answerRefreshToken = (socket: HubSocket, admit: Admit, run: (effect: Effect.Effect<void>) => unknown) => {
  const take = (token: unknown): Effect.Effect<boolean> =>
    admit(token).pipe(
      Effect.map((refreshed) => {
        const { subject } = socket.data
        if (subject === undefined || refreshed?.userId !== subject.userId) return false
        socket.data.subject = { ...subject, expiresAt: Math.max(subject.expiresAt, refreshed.expiresAt) }
        return true
      }),
      Effect.catch(() => Effect.succeed(false))
    )
  socket.on("refreshToken", (...args) => {
    const callback = args.at(-1)
    run(Effect.map(take(args[0]), (taken) => (typeof callback === "function" ? void callback(taken) : undefined)))
  })
}
