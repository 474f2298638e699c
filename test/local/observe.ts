import { connect } from "node:net"
import { Effect, Schedule } from "effect"

/** Whether a process that we started runs. */
export const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Whether something listens on a port of 127.0.0.1. */
export const isListening = (port: number): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("error", () => resume(Effect.succeed(false)))
    socket.once("connect", () => {
      socket.destroy()
      resume(Effect.succeed(true))
    })
  })

/** Waits until the condition holds; the test's own time limit ends a wait in vain. */
export const until = (condition: Effect.Effect<boolean>): Effect.Effect<void> =>
  condition.pipe(
    Effect.filterOrFail((holds) => holds),
    Effect.retry(Schedule.spaced("20 millis")),
    Effect.orDie,
    Effect.asVoid
  )
