import { type Redacted } from "effect"

/** Where Redis is and who we are there (README, wire contract 7). */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: Redacted.Redacted
  readonly db: number
  readonly tls: boolean
}
