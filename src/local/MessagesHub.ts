import { createServer, type Server as HttpServer } from "node:http"
import { type AddressInfo } from "node:net"
import { Effect, type Scope } from "effect"
import { Server } from "socket.io"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"

/** `port` 0, the default, is any free one. `onProfile` sees each `Profile` as it came. */
export interface MessagesHubOptions {
  readonly port?: number
  readonly onProfile?: (profile: unknown) => void
}

/** Where the hub is: what `PORT_MESSAGES_USERS` has to say. */
export interface MessagesHub {
  readonly url: string
  readonly port: number
}

/** The messages hub as it is deployed (README, wire contract 5), on 127.0.0.1 until the scope closes. It asks nobody who they are. */
export const serveMessagesHub = (options: MessagesHubOptions = {}): Effect.Effect<MessagesHub, LocalStackError, Scope.Scope> =>
  Effect.acquireRelease(open(options), close).pipe(
    Effect.map(({ http }) => {
      const { port } = http.address() as AddressInfo
      return { port, url: `http://127.0.0.1:${port}/` }
    })
  )

interface Open {
  readonly http: HttpServer
  readonly io: Server
}

const open = ({ port = 0, onProfile }: MessagesHubOptions): Effect.Effect<Open, LocalStackError> =>
  Effect.callback((resume) => {
    const http = createServer((_, response) => void response.writeHead(404).end())
    const io = new Server(http, { cors: { origin: "*" } })
    io.on("connection", (socket) => {
      socket.on("joinRoom", (room) => void socket.join(room))
      socket.on("Profile", (profile) => {
        onProfile?.(profile)
        const { Id, Status, Message } = profile
        io.to(Id).emit("Profile_Response", { Status, Message })
      })
    })
    http.once("error", () =>
      resume(Effect.fail(localStackError("portTaken", `The messages hub could not listen on port ${port}: is it taken?`)))
    )
    http.listen(port, "127.0.0.1", () => resume(Effect.succeed({ http, io })))
  })

const close = ({ http, io }: Open): Effect.Effect<void> =>
  Effect.promise(() => {
    const closed = io.close()
    http.closeAllConnections()
    return closed
  })
