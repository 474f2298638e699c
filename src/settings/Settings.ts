import { type Duration, Effect, type FileSystem, type Redacted } from "effect"
import { CannotStart } from "../domain/CannotStart.ts"
import type { RedisAddress } from "../domain/RedisAddress.ts"
import { findConflicts } from "./findConflicts.ts"
import { type PortOrUrl } from "./formats.ts"
import { type Problem, readVariables, type Values } from "./readVariables.ts"
import { parseRedisUrl } from "./redisUrl.ts"
import { type Role } from "./variables.ts"

/** Who verifies tokens: a secret here, the key set at a URL here, or the token service at a URL (README, wire contract 2). */
export type VerifierSettings =
  | { readonly kind: "secret"; readonly secret: Redacted.Redacted; readonly issuer?: string; readonly audience?: string }
  | { readonly kind: "jwks"; readonly url: string; readonly issuer?: string; readonly audience?: string }
  | { readonly kind: "api"; readonly url: string }

/** Where the messages hub is: this process on a port, or elsewhere at a URL (README, wire contract 5). */
export type HubSettings =
  | {
      readonly kind: "own"
      readonly port: number
      readonly anonymous: boolean
      readonly origins: ReadonlyArray<string> | "any"
    }
  | { readonly kind: "relay"; readonly url: string }

/** All that the service needs to know about its deployment, checked. */
export interface Settings {
  readonly roles: ReadonlySet<Role>
  readonly port: number
  readonly redis: RedisAddress
  readonly queue: { readonly prefix: string; readonly name: string; readonly concurrency: number }
  readonly job: { readonly userId: RegExp; readonly maxBytes: number; readonly deadline: Duration.Duration }
  readonly grace: Duration.Duration
  readonly mysql: {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly password: Redacted.Redacted
    readonly database: string
    readonly migrate: boolean
    readonly retention: Duration.Duration
  }
  readonly encryption: { readonly url: string; readonly xml: Values["ENCRYPT_XML"]; readonly checkLength: boolean }
  readonly verifier: VerifierSettings
  /** The private keys of sealed jobs, a JWK Set that was checked; absent where none is taken. */
  readonly sealKeys: Redacted.Redacted | undefined
  readonly hub: HubSettings
  readonly log: { readonly format: "json" | "pretty"; readonly level: Values["LOG_LEVEL"] }
}

/** Reads the environment. `CannotStart` tells all problems at once. */
export const readSettings: Effect.Effect<Settings, CannotStart, FileSystem.FileSystem> = Effect.gen(function* () {
  const { values, problems } = yield* readVariables
  const found = [...problems, ...findConflicts(values)]
  return found.length > 0 ? yield* new CannotStart({ message: explain(found) }) : toSettings(values as Values)
})

const explain = (problems: ReadonlyArray<Problem>) =>
  [
    `The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:`,
    ...problems.map((problem) => `  - ${problem}`),
    "Set variables in .env or in the environment; .env.example has every one of them.",
    "To see the service at work without any of this: npm run demo"
  ].join("\n")

const toSettings = (values: Values): Settings => ({
  roles: new Set(values.ROLES),
  port: values.PORT,
  redis: values.REDIS_URL
    ? parseRedisUrl(values.REDIS_URL)
    : { host: values.BULL_USERS_HOST, port: values.BULL_USERS_PORT, db: 0, tls: false },
  queue: { prefix: values.QUEUE_PREFIX, name: values.QUEUE_NAME, concurrency: values.CONCURRENCY },
  job: { userId: values.USER_ID_PATTERN, maxBytes: values.JOB_MAX_BYTES, deadline: values.JOB_DEADLINE },
  grace: values.SHUTDOWN_GRACE,
  mysql: {
    host: values.MYSQL_HOST,
    port: values.MYSQL_PORT,
    user: values.MYSQL_USER,
    password: values.MYSQL_PASSWORD,
    database: values.MYSQL_DATABASE,
    migrate: values.MIGRATE === "auto",
    retention: values.LEDGER_RETENTION
  },
  encryption: { url: toUrl(values.PORT_ENCRYPT), xml: values.ENCRYPT_XML, checkLength: values.ENCRYPT_CHECK_LENGTH },
  verifier: toVerifier(values),
  sealKeys: values.SEAL_PRIVATE_KEYS,
  hub: toHub(values),
  log: {
    format: values.LOG_FORMAT === "auto" ? (process.stdout.isTTY ? "pretty" : "json") : values.LOG_FORMAT,
    level: values.LOG_LEVEL
  }
})

const toUrl = (place: PortOrUrl) => (typeof place === "number" ? `http://127.0.0.1:${place}/` : place)

const toVerifier = ({
  JWT_SECRET_KEY: secret,
  JWT_JWKS_URL: jwks,
  JWT_ISSUER: issuer,
  JWT_AUDIENCE: audience,
  API_JWT: api
}: Values): VerifierSettings => {
  const expected = { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) }
  if (secret !== undefined) return { kind: "secret", secret, ...expected }
  return jwks === undefined ? { kind: "api", url: api ?? "" } : { kind: "jwks", url: jwks, ...expected }
}

const toHub = ({ PORT_MESSAGES_USERS: place, MESSAGES_ANONYMOUS: anonymous, MESSAGES_ORIGINS: origins }: Values): HubSettings =>
  typeof place === "number"
    ? { kind: "own", port: place, anonymous, origins: origins?.map((origin) => origin.replace(/\/$/u, "")) ?? "any" }
    : { kind: "relay", url: place }
