import { Effect, type Scope } from "effect"

const tasks = new Set<() => void>()

/** Has `task` run should this process exit before the scope closes, by `process.exit` or an uncaught exception. It must be synchronous. */
export const atExit = (task: () => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      if (tasks.size === 0) process.on("exit", runAll)
      tasks.add(task)
    }),
    () =>
      Effect.sync(() => {
        tasks.delete(task)
        if (tasks.size === 0) process.off("exit", runAll)
      })
  )

const runAll = () => {
  for (const task of [...tasks].toReversed()) attempt(task)
}

const attempt = (task: () => void) => {
  try {
    task()
  } catch (error) {
    process.stderr.write(`local stack: ${error instanceof Error ? error.message : "could not clean up"}\n`)
  }
}
