import { Effect } from "effect"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net"

/** A request that a server received, with all of its body. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

/** A server on this machine, gone with its connections when the scope closes. */
export interface LocalServer {
  readonly url: string
  readonly received: ReadonlyArray<Received>
  /** How many connections it accepted. */
  readonly connections: () => number
}

/** An HTTP server that answers each request as `respond` says, once the request has been read. Port 0 is any free one. */
export const httpServer = (respond: (response: ServerResponse, request: Received) => void, port = 0) =>
  Effect.gen(function* () {
    const received: Array<Received> = []
    const server = createServer(async (request, response) => {
      const chunks: Array<Buffer> = []
      for await (const chunk of request) chunks.push(chunk)
      const { method = "", url = "", headers } = request
      const whole = { method, path: url, headers, body: Buffer.concat(chunks).toString() }
      received.push(whole)
      respond(response, whole)
    })
    let connections = 0
    server.on("connection", () => connections++)
    const url = yield* listening(server, () => server.closeAllConnections(), port)
    const local: LocalServer = { url, received, connections: () => connections }
    return local
  })

/** A server that speaks to each connection as `speak` says; it need not be HTTP. */
export const socketServer = (speak: (socket: Socket) => void) =>
  Effect.gen(function* () {
    const sockets = new Set<Socket>()
    const server = createSocketServer((socket) => {
      sockets.add(socket)
      socket.on("error", () => undefined)
      speak(socket)
    })
    return yield* listening(server, () => sockets.forEach((socket) => socket.destroy()))
  })

/** The address of a port where nothing listens. */
export const deadUrl = Effect.scoped(httpServer(() => undefined)).pipe(Effect.map(({ url }) => url))

const listening = (server: ReturnType<typeof createSocketServer>, cut: () => void, port = 0) =>
  Effect.acquireRelease(
    Effect.callback<string>((resume) => {
      server.listen(port, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed(`http://127.0.0.1:${port}`))
      })
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        cut()
      })
  )
