import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { once } from "node:events"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import type { ServerControl } from "../../src/local/ManagedServer.ts"
import { endingWithParent } from "../../src/local/parentDeath.ts"

/** A program of Node's: its file beside `test/chaos` and all of its environment. What it writes is added to `log`. */
export interface PartPlan {
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  readonly log: string
}

/** What faults do to a part of the deployment. A killed or frozen part is as it was after `heal`. */
export interface Part {
  readonly kill: Effect.Effect<void>
  readonly freeze: Effect.Effect<void>
  /** SIGTERM, and its end; what has not ended after 30 s is killed. */
  readonly terminate: Effect.Effect<void>
  readonly heal: Effect.Effect<void>
  /** The ends that nobody asked for, and those after SIGTERM with another exit code than 0 (SIGTERM itself, where it came too early to be heard). */
  readonly crashes: () => ReadonlyArray<string>
}

/** Starts a program as a process of its own. One that ends unasked is noted, and started again as a supervisor would. */
export const startPart = (name: string, plan: PartPlan): Effect.Effect<Part, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Supervised(name, plan)),
    (supervised) => Effect.promise(() => supervised.end("SIGKILL"))
  ).pipe(
    Effect.map((supervised) => ({
      kill: Effect.promise(() => supervised.end("SIGKILL")),
      freeze: Effect.sync(() => supervised.signal("SIGSTOP")),
      terminate: Effect.promise(() => supervised.end("SIGTERM")),
      heal: Effect.sync(() => supervised.heal()),
      crashes: () => supervised.crashes
    }))
  )

/** A server of the local stack as a part. */
export const asPart = (server: ServerControl): Part => {
  let isDead = false
  const end = (signal: NodeJS.Signals) =>
    Effect.andThen(
      Effect.sync(() => void (isDead = true)),
      Effect.orDie(server.kill(signal))
    )
  const restart = Effect.andThen(
    Effect.orDie(server.restart),
    Effect.sync(() => void (isDead = false))
  )
  return {
    kill: end("SIGKILL"),
    freeze: Effect.orDie(server.pause),
    terminate: end("SIGTERM"),
    heal: Effect.suspend(() => (isDead ? restart : Effect.orDie(server.resume))),
    crashes: () => []
  }
}

class Supervised {
  readonly crashes: Array<string> = []
  readonly #name: string
  readonly #plan: PartPlan
  #child: ChildProcess
  #isWanted = true

  constructor(name: string, plan: PartPlan) {
    this.#name = name
    this.#plan = plan
    this.#child = this.#spawn()
  }

  signal(signal: NodeJS.Signals) {
    this.#child.kill(signal)
  }

  heal() {
    if (this.#isWanted) return this.signal("SIGCONT")
    this.#isWanted = true
    this.#child = this.#spawn()
  }

  async end(signal: "SIGKILL" | "SIGTERM") {
    this.#isWanted = false
    const child = this.#child
    if (hasEnded(child)) return
    const exit = once(child, "exit")
    child.kill(signal)
    const patience = setTimeout(() => child.kill("SIGKILL"), 30_000)
    const [code, by] = await exit
    clearTimeout(patience)
    if (signal === "SIGTERM" && code !== 0 && by !== signal)
      this.crashes.push(`${this.#name}: ${by === null ? `exit code ${code}` : "no end within 30 s"} after SIGTERM`)
  }

  #spawn() {
    const log = openSync(this.#plan.log, "a")
    const { file, args } = endingWithParent(
      { file: process.execPath, args: [join(import.meta.dirname, this.#plan.file)] },
      "SIGKILL"
    )
    const child = spawn(file, [...args], {
      stdio: ["ignore", log, log],
      env: { PATH: process.env["PATH"], ...this.#plan.env }
    })
    closeSync(log)
    child.once("exit", (code, signal) => {
      if (!this.#isWanted) return
      this.crashes.push(`${this.#name}: ${signal ?? `exit code ${code}`}`)
      setTimeout(() => this.#isWanted && hasEnded(this.#child) && (this.#child = this.#spawn()), 500)
    })
    return child
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null
