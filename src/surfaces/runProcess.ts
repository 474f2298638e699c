import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit, type Runtime } from "effect"
import { CannotStart } from "../domain/CannotStart.ts"
import { describeBug } from "../domain/describeBug.ts"

/**
 * Runs the program of a process until it ends or a signal comes. The exit code is 0 after a signal or a regular end, 78 (`EX_CONFIG`
 * of sysexits) with a message on stderr where it refuses to start, and 1 after a bug. Of bugs, and of what drivers throw behind our
 * back, only kind and place are told. A second signal, more than a second after the first, ends it at once with 128 and its number.
 */
export const runProcess = <A>(program: Effect.Effect<A, CannotStart, NodeServices.NodeServices>): void => {
  process.on("unhandledRejection", (reason) => tell("unhandled rejection", reason))
  process.on("uncaughtException", (error) => {
    tell("uncaught exception", error)
    process.exit(1)
  })
  leaveAtSecondSignal()
  program.pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain({ disableErrorReporting: true, teardown }))
}

/** Under npm one Ctrl-C arrives twice: what comes within a second is the same signal. A later one ends the process there and then. */
const leaveAtSecondSignal = () => {
  let first: number | undefined
  for (const [signal, exitCode] of Object.entries(killed)) {
    process.on(signal, () => {
      first ??= performance.now()
      if (performance.now() - first > 1000) process.exit(exitCode)
    })
  }
}

/** 128 and the number of the signal. */
const killed = { SIGINT: 130, SIGTERM: 143 }

const configurationError = 78

const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return done(0)
  const error = Cause.squash(exit.cause)
  if (!(error instanceof CannotStart)) {
    tell("bug", error)
    return done(1)
  }
  process.stderr.write(`${error.message}\n`)
  done(configurationError)
}

const tell = (what: string, thrown: unknown) => {
  const { kind, at } = describeBug(thrown)
  process.stderr.write([`${what}: ${kind}`, ...at, ""].join("\n"))
}
