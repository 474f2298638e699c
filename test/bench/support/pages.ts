import { Effect, Schedule } from "effect"
import { io, type Socket } from "socket.io-client"
import type { Site } from "./stack.ts"

/** One job that was heard of: when it was to be enqueued, by `performance.now()`, and how long after that, in milliseconds. */
export interface Heard {
  readonly due: number
  readonly latency: number
}

/** A page for each user of a site, connected and in its room, as wire contract 5 has it. */
export const connectPages = Effect.fnUntraced(function* ({ env, tokens }: Site) {
  const waiting = tokens.map((): Array<number> => [])
  const heard: Array<Heard> = []
  const refused: Array<unknown> = []
  const hear = (user: number) => (response: { readonly Status: boolean }) => {
    const due = waiting[user]?.shift()
    if (due === undefined || !response.Status) refused.push(response)
    else heard.push({ due, latency: performance.now() - due })
  }
  yield* Effect.forEach(tokens, (token, user) => openPage(env.PORT_MESSAGES_USERS, token, user, hear(user)), {
    concurrency: 20,
    discard: true
  })
  return {
    /** Notes that a job of this user is to be enqueued at this time. */
    expect: (user: number, due: number) => void waiting[user]?.push(due),
    /** Waits until every user has heard of every job; dies after 30 seconds, and where an update is not told as done. */
    allHeard: Effect.sync(() => waiting.every(({ length }) => length === 0)).pipe(
      Effect.repeat({ schedule: Schedule.spaced("10 millis"), until: (all) => all }),
      Effect.timeoutOrElse({ duration: "30 seconds", orElse: () => Effect.die(new Error("not every page heard")) }),
      Effect.andThen(
        Effect.suspend(() => (refused.length > 0 ? Effect.die(new Error("an update failed")) : Effect.succeed(heard)))
      )
    )
  }
})

const openPage = (port: string, token: string, user: number, hear: (response: { readonly Status: boolean }) => void) =>
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const page = io(`http://127.0.0.1:${port}`, { auth: { token }, forceNew: true, transports: ["websocket"] })
      page.on("Profile_Response", hear)
      page.once("connect", () => void page.emit("joinRoom", `${user}_Update_User`, () => resume(Effect.succeed(page))))
    }),
    (page) => Effect.sync(() => page.disconnect())
  )
