import { Effect } from "effect"
import { io, type Socket } from "socket.io-client"
import { type Site, userId } from "./site.ts"
import { makeToken } from "./tokens.ts"

/** Connects a page for each of so many users to a site's own hub, each in its room, until the scope closes. */
export const openPages = ({ env }: Site, count: number) =>
  Effect.forEach(Array.from({ length: count }), (_, number) => openPage(env["PORT_MESSAGES_USERS"] ?? "", userId(number)), {
    concurrency: 20,
    discard: true
  })

const openPage = (port: string, user: string) =>
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const auth = { token: makeToken(user) }
      const page = io(`http://127.0.0.1:${port}`, { auth, forceNew: true, transports: ["websocket"], reconnectionDelay: 50 })
      page.once("connect", () => void page.emit("joinRoom", `${user}_Update_User`, () => resume(Effect.succeed(page))))
    }),
    (page) => Effect.sync(() => page.disconnect())
  )
