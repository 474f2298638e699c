import { fileURLToPath } from "node:url"
import { Effect, Schedule, type Scope } from "effect"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { type RunningProcess, spawn } from "./processes.ts"
import { inRealTime } from "./realTime.ts"

/** The environment of a service process. `PORT` must be there, as that is where it is asked whether it is ready. */
export type ServiceEnvironment = Readonly<Record<string, string>> & { readonly PORT: string }

/** Starts the service as a process of its own and waits until it says that it is ready. Ends it, by SIGTERM, with the scope. */
export const startService = (env: ServiceEnvironment): Effect.Effect<RunningProcess, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const service = yield* spawn({ name: "the service", file: process.execPath, args: [main], env })
    const dead = Effect.flatMap(service.ended, ({ how }) =>
      Effect.flatMap(service.lastLines, (lines) =>
        localStackError("failed", `The service ended while starting (${how}):\n${lines}`)
      )
    )
    yield* Effect.raceFirst(untilReady(env.PORT), dead)
    return service
  })

const main = fileURLToPath(new URL("../main.ts", import.meta.url))

const untilReady = (port: string) =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal })
      if (!response.ok) throw new Error(await response.text())
    },
    catch: (error) => localStackError("timeout", `The service is not ready after 30 seconds: ${String(error)}`)
  }).pipe(Effect.retry(Schedule.spaced("50 millis").pipe(Schedule.upTo({ duration: "30 seconds" }))), inRealTime)
