import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Effect, Redacted, type Scope } from "effect"
import { errors, jwtVerify } from "jose"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"

/** What the API answers, word for word; the content type is JSON unless `headers` says otherwise. */
export interface TokenAnswer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** `port` 0, the default, is any free one. `misbehave` may answer in the API's place; where it gives nothing, the API answers. */
export interface TokenApiOptions {
  readonly secret: Redacted.Redacted
  readonly port?: number
  readonly misbehave?: (token: unknown) => TokenAnswer | Promise<TokenAnswer> | undefined
}

/** Where the API is: what `API_JWT` has to say. */
export interface TokenApi {
  readonly url: string
  readonly port: number
}

/** The external token API as it is deployed (README, wire contract 2), on 127.0.0.1 until the scope closes. */
export const serveTokenApi = (options: TokenApiOptions): Effect.Effect<TokenApi, LocalStackError, Scope.Scope> =>
  Effect.acquireRelease(listen(options), close).pipe(
    Effect.map((server) => {
      const port = portOf(server)
      return { port, url: `http://127.0.0.1:${port}` }
    })
  )

const listen = (options: TokenApiOptions): Effect.Effect<Server, LocalStackError> =>
  Effect.callback((resume) => {
    const server = createServer((request, response) => void respond(options, request, response))
    const { port = 0 } = options
    server.once("error", () =>
      resume(Effect.fail(localStackError("portTaken", `The token API could not listen on port ${port}: is it taken?`)))
    )
    server.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

const portOf = (server: Server) => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const respond = async (options: TokenApiOptions, request: IncomingMessage, response: ServerResponse) => {
  const { status, headers, body } = await answer(options, request).catch(() =>
    say(400, { Status: false, Response: "Bad request" })
  )
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers }).end(body)
}

const answer = async ({ secret, misbehave }: TokenApiOptions, request: IncomingMessage): Promise<TokenAnswer> => {
  if (request.method !== "POST" || request.url !== "/Verify_Jwt") return say(404, { Status: false, Response: "Not found" })
  const token = tokenOf(await readBody(request))
  return (await misbehave?.(token)) ?? (await judge(secret, token))
}

const judge = async (secret: Redacted.Redacted, token: unknown): Promise<TokenAnswer> => {
  if (typeof token !== "string") return say(401, { Status: false, Response: "Token not provided" })
  try {
    const key = new TextEncoder().encode(Redacted.value(secret))
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] })
    return say(200, { Status: true, Response: "Valid token", Id: payload })
  } catch (error) {
    const expired = error instanceof errors.JWTExpired
    return say(401, { Status: false, Response: expired ? "Token expired" : "Invalid token" })
  }
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

const tokenOf = (body: string): unknown => {
  const value: unknown = JSON.parse(body)
  return typeof value === "object" && value !== null && "Token" in value ? value.Token : undefined
}

const say = (status: number, body: object): TokenAnswer => ({ status, body: JSON.stringify(body) })
