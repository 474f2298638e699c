import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, Schedule } from "effect"
import { spawn } from "../../../src/local/processes.ts"
import { askProbe, type Question } from "./askProbe.ts"
import type { Site } from "./site.ts"
import type { Stack } from "./stack.ts"

/** What is compared: the service as it is shipped, a worker tuned by hand, and one as people run it today. */
export type Contender = "ours" | "plain" | "today"

/** A contender that runs. `whileItRuns` dies, with its last lines, where the process ends before the work does. */
export type Running = Effect.Success<ReturnType<typeof startContender>>

let started = 0

/**
 * Starts one as a process of its own on a site. Its log goes to a pipe that is drained; `ask` puts a question to its probe. A `bare` one
 * has no probe, and no compiled code of earlier starts: it is as people start it.
 */
export const startContender = Effect.fnUntraced(function* (
  contender: Contender,
  { folder }: Stack,
  { env }: Site,
  { bare = false } = {}
) {
  const probe = join(folder, `probe-${++started}`)
  const worker = yield* spawn({
    name: contender,
    file: process.execPath,
    args: [...(bare ? [] : ["--import", programs.probe]), programs[contender]],
    env: { ...env, ...(bare ? {} : { BENCH_PROBE: probe, NODE_COMPILE_CACHE: join(folder, "compiled") }) }
  })
  const dead = Effect.flatMap(worker.ended, ({ how }) =>
    Effect.flatMap(worker.lastLines, (lines) => Effect.die(new Error(`${contender} ended (${how}):\n${lines}`)))
  )
  return {
    pid: worker.pid,
    ask: <Q extends Question>(question: Q) => askProbe(probe, question),
    whileItRuns: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.raceFirst(work, dead)
  }
})

/** Waits until the service says that it is ready. */
export const untilReady = ({ env }: Site) =>
  Effect.tryPromise(() => fetch(`http://127.0.0.1:${env["PORT"]}/health/ready`)).pipe(
    Effect.filterOrFail(({ ok }) => ok),
    Effect.retry(Schedule.spaced("10 millis")),
    Effect.orDie
  )

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const programs: Readonly<Record<Contender | "probe", string>> = {
  ours: pathOf("../../../src/main.ts"),
  plain: pathOf("../plainWorker.ts"),
  today: pathOf("../todayWorker.ts"),
  probe: pathOf("../probe.ts")
}
