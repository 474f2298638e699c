import { Effect, Exit, Ref, Schedule, Scope } from "effect"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { freePort } from "./ports.ts"
import { type Command, type Ended, type RunningProcess, spawn } from "./processes.ts"
import { inRealTime } from "./realTime.ts"

/** A server to run: the command that serves on a port, the question that only this very server answers, and how signals reach it. */
export interface ServerPlan {
  readonly command: (port: number) => Command
  readonly ping: (port: number) => Effect.Effect<unknown, LocalStackError>
  readonly signal?: (signal: NodeJS.Signals) => Effect.Effect<void, LocalStackError>
}

/** What tests do to a server. A server that we did not start refuses with `notOurs`. */
export interface ServerControl {
  /** The id of the process that serves now, or served last. */
  readonly pid: Effect.Effect<number, LocalStackError>
  /** Sends a signal that ends the server (SIGKILL by default) and waits until it has ended. */
  kill(signal?: NodeJS.Signals): Effect.Effect<void, LocalStackError>
  /** Freezes the server: it keeps its connections and answers nobody. */
  readonly pause: Effect.Effect<void, LocalStackError>
  /** Undoes `pause`. */
  readonly resume: Effect.Effect<void, LocalStackError>
  /** Starts the server again on the same port and data, ending it first if it runs; returns when it answers. */
  readonly restart: Effect.Effect<void, LocalStackError>
}

/** A running server of ours on 127.0.0.1. */
export interface ManagedServer extends ServerControl {
  readonly port: number
}

/** Starts a server on a free port, waits until it answers and keeps it until the scope closes. */
export const manageServer = (plan: ServerPlan): Effect.Effect<ManagedServer, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const parent = yield* Effect.scope
    const start = (port: number) => startIn(parent, plan, port)
    const [port, first] = yield* freePort.pipe(
      Effect.flatMap((port) => Effect.map(start(port), (running) => [port, running] as const)),
      Effect.retry({ times: 3, while: ({ reason }) => reason === "portTaken" })
    )
    const current = yield* Ref.make(first)
    const signal = (name: NodeJS.Signals) =>
      Effect.flatMap(Ref.get(current), ({ process }) => plan.signal?.(name) ?? process.signal(name))
    return {
      port,
      pid: Effect.map(Ref.get(current), ({ process }) => process.pid),
      kill: (name = "SIGKILL") => Effect.andThen(signal(name), waitForEnd(current)),
      pause: signal("SIGSTOP"),
      resume: signal("SIGCONT"),
      restart: Ref.get(current).pipe(
        Effect.flatMap(({ scope }) => Scope.close(scope, Exit.void)),
        Effect.andThen(start(port)),
        Effect.flatMap((running) => Ref.set(current, running))
      )
    }
  })

interface Running {
  readonly scope: Scope.Closeable
  readonly process: RunningProcess
}

const startIn = (parent: Scope.Scope, plan: ServerPlan, port: number): Effect.Effect<Running, LocalStackError> =>
  Effect.gen(function* () {
    const scope = yield* Scope.fork(parent)
    const command = plan.command(port)
    const process = yield* spawn(command).pipe(
      Effect.tap((process) => waitUntilReady(command.name, process, plan.ping(port))),
      Scope.provide(scope),
      Effect.onError(() => Scope.close(scope, Exit.void))
    )
    return { scope, process }
  })

const waitUntilReady = (name: string, process: RunningProcess, ping: Effect.Effect<unknown, LocalStackError>) =>
  Effect.raceFirst(
    Effect.retry(ping, Schedule.spaced("25 millis")).pipe(
      Effect.timeoutOrElse({ duration: "30 seconds", orElse: () => tooSlow(name, process) })
    ),
    Effect.flatMap(process.ended, (ended) => died(name, process, ended))
  ).pipe(inRealTime)

const tooSlow = (name: string, process: RunningProcess) =>
  Effect.flatMap(process.lastLines, (lines) =>
    localStackError("timeout", `${name} did not answer within 30 seconds. Its last lines:\n${lines}`)
  )

const died = (name: string, process: RunningProcess, { how }: Ended) =>
  Effect.flatMap(process.lastLines, (lines) =>
    localStackError(portTaken.test(lines) ? "portTaken" : "failed", `${name} ended while starting (${how}):\n${lines}`)
  )

const portTaken = /address already in use|port is already allocated/iu

const waitForEnd = (current: Ref.Ref<Running>) => Effect.flatMap(Ref.get(current), ({ process }) => process.ended)
