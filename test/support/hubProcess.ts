import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { join } from "node:path"
import { Effect } from "effect"

/** The existing hub as a process that can be killed and frozen. `profiles` grows with what it says that it was told. */
export const startHubProcess = (port: number, profiles: Array<unknown>) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const child = spawn(process.execPath, [join(import.meta.dirname, "hubProcessMain.ts"), String(port)], {
        stdio: ["ignore", "pipe", "inherit"]
      })
      const lines = createInterface({ input: child.stdout })
      await once(lines, "line")
      lines.on("line", (line) => profiles.push(JSON.parse(line)))
      return { child, kill: kill(child) }
    }),
    ({ kill }) => kill
  )

const kill = (child: ChildProcess): Effect.Effect<void> =>
  Effect.promise(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, "exit")
    child.kill("SIGKILL")
    await exit
  })
