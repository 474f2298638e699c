import { type ChildProcess, spawn as spawnChild } from "node:child_process"
import { Deferred, Duration, Effect, type Scope } from "effect"
import { atExit } from "./atExit.ts"
import { keepLastLines } from "./lastLines.ts"
import { type LocalStackError, localStackError } from "./LocalStackError.ts"
import { endingWithParent, type Invocation } from "./parentDeath.ts"
import { inRealTime } from "./realTime.ts"

/** A program to run. `name` is for people; `stop` says how it is asked to end, and how long it may take before it is killed. */
export interface Command extends Invocation {
  readonly name: string
  readonly env?: Readonly<Record<string, string>>
  readonly stop?: { readonly signal: NodeJS.Signals; readonly grace: Duration.Duration }
  readonly ifParentDies?: NodeJS.Signals
}

/** How a process ended, e.g. `exit code 1` or `SIGKILL`; `ok` only for exit code 0. */
export interface Ended {
  readonly ok: boolean
  readonly how: string
}

/** A process that runs until the scope closes, unless it ends before. */
export interface RunningProcess {
  readonly pid: number
  readonly ended: Effect.Effect<Ended>
  readonly lastLines: Effect.Effect<string>
  signal(signal: NodeJS.Signals): Effect.Effect<void>
}

/**
 * Starts a program in a session of its own, so that a terminal's Ctrl-C does not reach it, and ends it with the scope. Whatever it
 * left in its process group is killed then too. Fails with `failed` where it cannot be started.
 */
export const spawn = (command: Command): Effect.Effect<RunningProcess, LocalStackError, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(launch(command), stop(command.stop ?? defaultStop))
    yield* atExit(() => send(-child.pid, child, "SIGKILL"))
    return {
      pid: child.pid,
      ended: Deferred.await(child.ended),
      lastLines: Effect.sync(child.lastLines),
      signal: (signal) => Effect.sync(() => send(child.pid, child, signal))
    }
  })

/** Runs a program to its end and gives the last lines that it wrote. Any exit code but 0 is `failed`; an interruption ends it. */
export const run = (command: Command): Effect.Effect<string, LocalStackError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const process = yield* spawn(command)
      const { ok, how } = yield* process.ended
      const lines = yield* process.lastLines
      return ok ? lines : yield* localStackError("failed", `${command.name} failed (${how}):\n${lines}`)
    })
  )

const defaultStop = { signal: "SIGTERM", grace: Duration.seconds(5) } as const

interface Child {
  readonly pid: number
  readonly ended: Deferred.Deferred<Ended>
  readonly lastLines: () => string
}

const launch = (command: Command): Effect.Effect<Child, LocalStackError> =>
  Effect.callback((resume) => {
    const { file, args } = endingWithParent(command, command.ifParentDies ?? "SIGKILL")
    const env = { ...process.env, ...command.env }
    const child = spawnChild(file, [...args], { detached: true, stdio: ["ignore", "pipe", "pipe"], env })
    const ended = Deferred.makeUnsafe<Ended>()
    const lastLines = keepLastLines(child.stdout, child.stderr)
    whenEnded(child, (how) => Deferred.doneUnsafe(ended, Effect.succeed(how)))
    child.once("spawn", () => resume(Effect.succeed({ pid: child.pid ?? 0, ended, lastLines })))
    child.once("error", (error) =>
      resume(Effect.fail(localStackError("failed", `Could not start ${command.name}: ${error.message}`)))
    )
  })

const whenEnded = (child: ChildProcess, done: (ended: Ended) => void) =>
  child.once("exit", (code, signal) => {
    if (child.pid !== undefined) kill(-child.pid, "SIGKILL")
    const finish = () => {
      child.stdout?.destroy()
      child.stderr?.destroy()
      done({ ok: code === 0, how: signal ?? `exit code ${code}` })
    }
    const patience = setTimeout(finish, 500)
    child.once("close", () => {
      clearTimeout(patience)
      finish()
    })
  })

const stop = ({ signal, grace }: NonNullable<Command["stop"]>) =>
  Effect.fnUntraced(function* (child: Child) {
    send(child.pid, child, signal)
    send(child.pid, child, "SIGCONT")
    yield* Deferred.await(child.ended).pipe(Effect.timeoutOption(grace), inRealTime)
    send(-child.pid, child, "SIGKILL")
    yield* Deferred.await(child.ended)
  })

const send = (pid: number, { ended }: Child, signal: NodeJS.Signals) => {
  if (!Deferred.isDoneUnsafe(ended)) kill(pid, signal)
}

const kill = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(pid, signal)
  } catch {
    return
  }
}
