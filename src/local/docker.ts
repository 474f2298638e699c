import { type RedisOptions, redisArguments } from "./RedisServer.ts"

/** One container: its own name, which is its volume's too, and the port of 127.0.0.1 that it serves on. */
export interface Container {
  readonly name: string
  readonly port: number
}

/** The images that the local stack runs. */
export const images = { redis: "redis:7.4", database: "mysql:8.4" } as const

/** The arguments of `docker` that run Redis in the foreground; the container goes when it ends, its volume stays. */
export const redisContainer = (container: Container, mark: string, options: RedisOptions = {}): ReadonlyArray<string> => [
  ...runArguments(container, 6379, "/data"),
  images.redis,
  "redis-server",
  ...redisArguments(mark, options)
]

/** The arguments of `docker` that run MySQL in the foreground. The password is taken from `MYSQL_ROOT_PASSWORD` of `docker`. */
export const databaseContainer = (container: Container, extra: ReadonlyArray<string> = []): ReadonlyArray<string> => [
  ...runArguments(container, 3306, "/var/lib/mysql"),
  "--env",
  "MYSQL_ROOT_PASSWORD",
  images.database,
  "--skip-log-bin",
  "--skip-name-resolve",
  "--mysqlx=OFF",
  ...extra
]

const runArguments = ({ name, port }: Container, inside: number, data: string) => [
  "run",
  "--rm",
  "--name",
  name,
  "--publish",
  `127.0.0.1:${port}:${inside}`,
  "--volume",
  `${name}:${data}`
]
