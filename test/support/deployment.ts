import { type ChildProcess, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { join } from "node:path"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { io, type Socket } from "socket.io-client"
import { serveEncryptionGcm } from "../../src/local/EncryptionGcm.ts"
import { freePort } from "../../src/local/ports.ts"
import { issueToken, type TokenOptions } from "../../src/local/TokenIssuer.ts"
import { DatabaseServer, makeDatabase } from "./database.ts"
import { makeProducer, RedisServer } from "./redis.ts"
import { until } from "./until.ts"

/** The secret that tokens of the tests are signed with. */
export const secret = Redacted.make("a-secret-of-at-least-thirty-two-bytes")

/** The servers of a test file of whole deployments. */
export const serversLayer = Layer.mergeAll(RedisServer.layer, DatabaseServer.layer)

/** The service as a process, and all that it wrote. */
export interface ServiceProcess {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Effect.Effect<number | null>
}

/** What a user's page heard. */
export interface Heard {
  readonly Status: boolean
  readonly Message: string
  readonly Position?: number
  readonly NotificationId?: string
  readonly JobId?: string
}

/** Starts `npm start`'s command with this environment and no other. It is killed with the scope. */
export const startProcess = (env: Readonly<Record<string, string>>): Effect.Effect<ServiceProcess, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [join(import.meta.dirname, "../../src/main.ts")], {
          stdio: ["ignore", "pipe", "pipe"],
          env: { PATH: process.env["PATH"], ...env }
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child) => {
      const texts: Array<string> = []
      child.stdout.on("data", (text) => texts.push(String(text)))
      child.stderr.on("data", (text) => texts.push(String(text)))
      const exit = once(child, "exit")
      return { child, output: () => texts.join(""), ended: Effect.promise(async () => (await exit)[0] as number | null) }
    }
  )

/** Whether it says that it is ready, and what it says of its parts. */
export const readiness = (port: string) =>
  Effect.promise(async () => {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/health/ready`)
      return { status: response.status, body: await response.json() }
    } catch {
      return { status: 0, body: undefined }
    }
  })

/** A deployment with a hub of its own and an encryption service, on a queue and a database of their own, and users with these Ids. */
export const deploy = Effect.fnUntraced(function* (
  ids: ReadonlyArray<string>,
  overrides: Readonly<Record<string, string>> = {}
) {
  const redis = yield* RedisServer
  const { account } = yield* makeDatabase(...ids)
  const encryption = yield* serveEncryptionGcm()
  const queueName = `Update_User_${randomUUID()}`
  const env = {
    PORT: String(yield* freePort),
    PORT_MESSAGES_USERS: String(yield* freePort),
    REDIS_URL: redis.url,
    QUEUE_NAME: queueName,
    MYSQL_HOST: account.host,
    MYSQL_PORT: String(account.port),
    MYSQL_USER: account.user,
    MYSQL_PASSWORD: Redacted.value(account.password),
    MYSQL_DATABASE: account.database,
    PORT_ENCRYPT: encryption.url,
    JWT_SECRET_KEY: Redacted.value(secret),
    ...overrides
  }
  const startWith = Effect.fnUntraced(function* (environment: Readonly<Record<string, string>>) {
    const service = yield* startProcess(environment)
    yield* until(readiness(env.PORT), ({ status }) => status === 200 || service.child.exitCode !== null)
    return service
  })
  const producer = yield* makeProducer(queueName)
  return {
    account,
    encryption,
    env,
    producer,
    startWith,
    start: startWith(env),
    hubUrl: `http://127.0.0.1:${env.PORT_MESSAGES_USERS}`
  }
})

/** A job as the page makes it, with a token of the user that it names. */
export const job = (id: string, changes: Readonly<Record<string, unknown>> = {}, token: TokenOptions = {}) =>
  Effect.map(issueToken(secret, id, token), (Token) => ({
    Id: id,
    Token,
    Phone: "0912345678",
    Password: `p&ss"w'örd 🔑 of ${id}`,
    Username: "Ada Lovelace",
    Image: "profile.jpg",
    ...changes
  }))

/** A user's page on our hub, connected, and what it hears. */
export const openPage = (hubUrl: string, id: string): Effect.Effect<ReadonlyArray<Heard>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const token = yield* issueToken(secret, id)
    const page: Socket = yield* Effect.acquireRelease(
      Effect.sync(() => io(hubUrl, { auth: { token }, forceNew: true })),
      (page) => Effect.sync(() => page.disconnect())
    )
    const heard: Array<Heard> = []
    page.on("Profile_Response", (response: Heard) => void heard.push(response))
    yield* Effect.callback<void>((resume) => void page.on("connect", () => resume(Effect.void)))
    return heard
  })

/** Waits until a page has heard this many responses. */
export const hears = (heard: ReadonlyArray<Heard>, count: number) =>
  until(
    Effect.sync(() => heard.length),
    (length) => length >= count
  )
