import { type Format, formats } from "./formats.ts"

/** One environment variable: what it is for, an example, and what holds where it is not set. */
export interface Variable<A> {
  readonly about: string
  readonly example: string
  readonly format: Format<A>
  readonly fallback?: string
  readonly optional?: true
  readonly secret?: true
}

const required = <A>(format: Format<A>, example: string, about: string): Variable<A> => ({ about, example, format })

const optional = <A>(format: Format<A>, example: string, about: string) => ({ about, example, format, optional: true }) as const

const fallback = <A>(format: Format<A>, value: string, about: string) =>
  ({ about, example: value, format, fallback: value }) as const

const secret = <V extends Variable<string>>(variable: V) => ({ ...variable, secret: true }) as const

/** The parts that a process may run (`ROLES`). */
export const roles = ["worker", "messages", "api"] as const
export type Role = (typeof roles)[number]

/** Every variable that the service reads, in the order of `.env.example`. A secret may also be given as a file: `<NAME>_FILE`. */
export const variables = {
  PORT: fallback(formats.port, "4008", "port of the HTTP API: health and its documentation"),
  BULL_USERS_HOST: fallback(formats.text, "127.0.0.1", "host of the Redis that holds the queue"),
  BULL_USERS_PORT: fallback(formats.port, "6379", "port of that Redis"),
  REDIS_URL: secret(
    optional(
      formats.redisUrl,
      "redis://user:password@127.0.0.1:6379",
      "the same as one URL, rediss:// for TLS; wins over the two above"
    )
  ),
  MYSQL_HOST: required(formats.text, "127.0.0.1", "host of MySQL or MariaDB"),
  MYSQL_PORT: fallback(formats.port, "3306", "port of MySQL or MariaDB"),
  MYSQL_USER: required(formats.text, "service", "account there"),
  MYSQL_PASSWORD: secret(required(formats.anyText, "change-me", "password of that account; may be empty")),
  MYSQL_DATABASE: required(formats.text, "users", "database that has Users and UpdateRecord"),
  PORT_MESSAGES_USERS: required(
    formats.portOrUrl,
    "http://127.0.0.1:4003/",
    "messages hub: a URL where one runs, or a port number to be the hub"
  ),
  PORT_ENCRYPT: required(
    formats.portOrUrl,
    "http://127.0.0.1:4005/",
    "encryption service: a URL, or a port number of this machine"
  ),
  API_JWT: optional(formats.url, "http://127.0.0.1:4012", "token service that verifies tokens"),
  JWT_SECRET_KEY: secret(
    optional(formats.text, "at-least-32-bytes-of-random-text", "HS256 secret to verify tokens here, instead of API_JWT")
  ),
  JWT_ISSUER: optional(formats.text, "https://issuer.example", "issuer that tokens must name; not with API_JWT"),
  JWT_AUDIENCE: optional(formats.text, "user-update", "audience that tokens must name; not with API_JWT"),
  JWT_JWKS_URL: optional(
    formats.url,
    "https://issuer.example/jwks.json",
    "https:// URL of the key set to verify tokens here, instead of API_JWT; http:// only in a private network"
  ),
  SEAL_PRIVATE_KEYS: secret(
    optional(
      formats.text,
      '{"keys":[{"kty":"EC","crv":"P-256","kid":"…","x":"…","y":"…","d":"…"}]}',
      "JWK Set of the private keys that jobs may be sealed for; npm run seal-key makes one"
    )
  ),
  ROLES: fallback(formats.subsetOf(roles), "worker,messages,api", "parts that this process runs"),
  QUEUE_NAME: fallback(formats.text, "Update_User", "name of the Bull queue"),
  QUEUE_PREFIX: fallback(formats.text, "bull", "prefix of the queue's Redis keys"),
  CONCURRENCY: fallback(formats.positive(200), "20", "jobs at a time in one process"),
  JOB_DEADLINE: fallback(formats.duration, "30 seconds", "how long a job waits for neighbours that are away, from pick-up"),
  JOB_MAX_BYTES: fallback(formats.positive(64 * 1024 * 1024), "12582912", "largest job, in bytes of JSON"),
  USER_ID_PATTERN: fallback(formats.pattern, "^[A-Za-z0-9_-]{1,100}$", "what a user's Id looks like, as a regular expression"),
  SHUTDOWN_GRACE: fallback(formats.durationOrNone, "20 seconds", "how long running jobs may go on after SIGTERM"),
  ENCRYPT_XML: fallback(
    formats.oneOf("auto", "strict", "literal"),
    "auto",
    "how the encryption service reads: strict undoes XML escapes, literal does not, auto finds out"
  ),
  ENCRYPT_CHECK_LENGTH: fallback(formats.flag, "false", "refuse ciphertexts that are not as long as the plaintext (AES-CFB)"),
  MESSAGES_ANONYMOUS: fallback(
    formats.flag,
    "false",
    "let pages without a token listen to any user, as the old hub did (unsafe)"
  ),
  MESSAGES_ORIGINS: optional(
    formats.origins,
    "https://www.example.com",
    "origins whose pages may connect to our hub; any where not set"
  ),
  MIGRATE: fallback(
    formats.oneOf("auto", "off"),
    "auto",
    "bring the ledger's schema up to date at start, or leave it to npm run migrate"
  ),
  LEDGER_RETENTION: fallback(formats.duration, "30 days", "how long outcomes are kept"),
  LOG_FORMAT: fallback(formats.oneOf("auto", "json", "pretty"), "auto", "auto writes JSON unless stdout is a terminal"),
  LOG_LEVEL: fallback(formats.oneOf("debug", "info", "warn", "error"), "info", "least important level that is written")
} satisfies Readonly<Record<string, Variable<unknown>>>

/** The name of a variable. */
export type Name = keyof typeof variables
