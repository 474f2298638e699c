import { fileURLToPath } from "node:url"
import { Effect, Schedule } from "effect"
import { spawn } from "../../../src/local/processes.ts"
import type { Site } from "./stack.ts"

/** What is compared: the service as it is shipped, and a worker written by hand. */
export type Contender = "ours" | "plain"

/**
 * Starts one as a process of its own on a site and waits until its hub answers. Its log goes to a pipe that is drained. `nodeOptions`
 * go before the program's name. `whileItRuns` dies, with its last lines, where the process ends before the work does.
 */
export const startContender = Effect.fnUntraced(function* (
  contender: Contender,
  { env }: Site,
  nodeOptions: ReadonlyArray<string> = []
) {
  const worker = yield* spawn({
    name: contender,
    file: process.execPath,
    args: [...nodeOptions, programs[contender]],
    env
  })
  const dead = Effect.flatMap(worker.ended, ({ how }) =>
    Effect.flatMap(worker.lastLines, (lines) => Effect.die(new Error(`${contender} ended (${how}):\n${lines}`)))
  )
  yield* Effect.raceFirst(untilServed(env.PORT_MESSAGES_USERS), dead)
  return { pid: worker.pid, whileItRuns: <A>(work: Effect.Effect<A>) => Effect.raceFirst(work, dead) }
})

const programs: Readonly<Record<Contender, string>> = {
  ours: fileURLToPath(new URL("../../../src/main.ts", import.meta.url)),
  plain: fileURLToPath(new URL("../plainWorker.ts", import.meta.url))
}

const untilServed = (port: string) =>
  Effect.tryPromise(() => fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`)).pipe(
    Effect.retry(Schedule.spaced("20 millis"))
  )
