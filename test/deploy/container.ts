import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { type ComposeService } from "./compose.ts"
import { environmentOf, lastOf } from "./dockerfile.ts"
import { type Image } from "./image.ts"

/** A process as a container's, and all that it wrote. */
export interface Container {
  readonly child: ChildProcess
  readonly output: () => string
  /** Its exit code. */
  readonly ended: Effect.Effect<number | null>
}

/** What is other than in docker-compose.yml, as there is one machine: where the secrets are, and the addresses. */
export interface Differences {
  readonly secrets: string
  readonly environment: Readonly<Record<string, string>>
  readonly command?: ReadonlyArray<string>
}

/**
 * Starts what a service of docker-compose.yml starts, with the environment of the image and of the service and no other, in the
 * folder of its stage, as its user where we are root. Killed with the scope.
 */
export const startContainer = (
  image: Image,
  { build, environment, user, ...service }: ComposeService,
  differences: Differences
): Effect.Effect<Container, never, Scope.Scope> => {
  const stage = build?.target ?? ""
  const [uid = 0, gid = 0] = user.split(":").map(Number)
  const composed = Object.entries({ ...environmentOf(stage), ...environment }).map(([name, value]) => [
    name,
    value.replace("/run/secrets", differences.secrets)
  ])
  const start = () =>
    spawn(image.node, differences.command ?? service.command ?? lastOf(stage, "CMD")?.exec ?? [], {
      cwd: join(image.root(stage), "app"),
      env: { ...Object.fromEntries(composed), ...differences.environment },
      stdio: ["ignore", "pipe", "pipe"],
      ...(process.getuid?.() === 0 ? { uid, gid } : {})
    })
  return Effect.acquireRelease(Effect.sync(start), (child) => Effect.sync(() => child.kill("SIGKILL"))).pipe(Effect.map(watch))
}

/** The words of a service's health check that come after `node`. */
export const healthCheck = ({ healthcheck }: ComposeService): ReadonlyArray<string> => healthcheck.test?.slice(2) ?? []

const watch = (child: ChildProcess): Container => {
  const texts: Array<string> = []
  child.stdout?.on("data", (text) => texts.push(String(text)))
  child.stderr?.on("data", (text) => texts.push(String(text)))
  const exit = once(child, "exit")
  return { child, output: () => texts.join(""), ended: Effect.promise(async () => (await exit)[0] as number | null) }
}
