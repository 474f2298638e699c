import { Redacted } from "effect"

/** Where Redis is and who we are there (README, wire contract 7). */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: Redacted.Redacted
  readonly db: number
  readonly tls: boolean
}

/**
 * How every connection to Redis is made, for the driver: commands wait while Redis is away; a connection on which nothing comes back
 * for ten seconds is given up; a reconnect is tried at least once a second, for ever. There is no ready check: a SUBSCRIBE may
 * overtake its INFO, which that connection then refuses, and the subscription is lost with it.
 */
export const redisConnection = ({ host, port, username, password, db, tls }: RedisAddress) => ({
  host,
  port,
  db,
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password: Redacted.value(password) }),
  ...(tls ? { tls: {} } : {}),
  connectTimeout: 5000,
  socketTimeout: 10_000,
  keepAlive: 10_000,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
  retryStrategy: (times: number) => Math.min(times * 100, 1000)
})
