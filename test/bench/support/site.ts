import { randomUUID } from "node:crypto"
import Bull from "bull"
import { Effect, Redacted } from "effect"
import { freePort } from "../../../src/local/ports.ts"
import { serveMessagesHub } from "../../../src/local/MessagesHub.ts"
import { query } from "../../../src/local/sql.ts"
import { makeUsers } from "./fillTables.ts"
import type { Stack } from "./stack.ts"
import { makeToken, secret } from "./tokens.ts"

/** How a site differs from the ordinary one: 500 users whose tokens are verified with the secret, and small images. */
export interface SiteOptions {
  /** How many users `Users` holds. */
  readonly users?: number
  /** How many of them have jobs, evenly spread over all. */
  readonly active?: number
  readonly verifier?: "secret" | "api"
  /** Length of the image in bytes; a file name where not given. */
  readonly imageBytes?: number
  /** What a contender's environment has beside the ordinary one. */
  readonly env?: Readonly<Record<string, string>>
}

/** What a hub was told: whose room, and whether the update was done. */
export interface Told {
  readonly Id: string
  readonly Status: boolean
}

/** A queue, a hub and a database of their own, with its users, for one measurement; `env` is what a worker on them is started with. */
export const makeSite = Effect.fnUntraced(function* (stack: Stack, options: SiteOptions = {}) {
  const { redis, database, encryption, tokenApi } = stack
  const { users = 500, verifier = "secret", imageBytes, env: further } = options
  const active = Math.min(options.active ?? 500, users)
  const account = yield* database.createDatabase()
  yield* makeUsers(account, users)
  const listeners = new Set<(told: Told) => void>()
  const hub = yield* serveMessagesHub({
    onProfile: (profile) => {
      for (const listener of listeners) listener(profile as Told)
    }
  })
  const queueName = `Update_User_${randomUUID()}`
  const queue = yield* Effect.acquireRelease(
    Effect.sync(() => new Bull(queueName, redis.url)),
    (queue) => Effect.promise(() => queue.close())
  )
  const env: Readonly<Record<string, string>> = {
    PORT: String(yield* freePort),
    PORT_MESSAGES_USERS: hub.url,
    REDIS_URL: redis.url,
    QUEUE_NAME: queueName,
    MYSQL_HOST: account.host,
    MYSQL_PORT: String(account.port),
    MYSQL_USER: account.user,
    MYSQL_PASSWORD: Redacted.value(account.password),
    MYSQL_DATABASE: account.database,
    PORT_ENCRYPT: encryption.url,
    ...(verifier === "api" ? { API_JWT: tokenApi.url } : { JWT_SECRET_KEY: secret }),
    ...further
  }
  const Image = imageBytes === undefined ? "profile.jpg" : makeImage(imageBytes)
  const jobs = Array.from({ length: active }, (_, index) => {
    const Id = userId(Math.floor((index * users) / active))
    return {
      data: { Id, Token: makeToken(Id), Phone: "0912345678", Password: "correct horse", Username: "Ada", Image },
      opts: { attempts: 1, removeOnComplete: true, removeOnFail: false }
    }
  })
  const updated = Effect.map(query(account, "SELECT COUNT(*) AS n FROM Users WHERE Phone <> ''"), ([row]) => Number(row?.["n"]))
  return { env, queue, account, jobs, listeners, updated }
})

/** Works on a site that lasts as long as the work. */
export const onSite = <A, E, R>(stack: Stack, options: SiteOptions, work: (site: Site) => Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.flatMap(makeSite(stack, options), work))

/**
 * What one measurement works on: `jobs` has one for each active user, `listeners` hear what the hub is told, and
 * `updated` counts the users whose row was changed.
 */
export type Site = Effect.Success<ReturnType<typeof makeSite>>

/** One job of a site, as `addBulk` takes it. */
export type SiteJob = Site["jobs"][number]

/** The `Id` of the user with this number: ten digits. */
export const userId = (number: number): string => String(number).padStart(10, "0")

const prefix = "data:image/png;base64,"

const makeImage = (bytes: number) => prefix + "AAAA".repeat(Math.ceil(Math.max(4, bytes - prefix.length) / 4))
