import { Context, Effect, Exit, Layer, Logger, Scope } from "effect"
import * as NotifierRelay from "../../../src/adapters/socketio/NotifierRelay.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { serveMessagesHub } from "../../../src/local/MessagesHub.ts"
import { Notifier } from "../../../src/services/Notifier.ts"
import { Readiness } from "../../../src/services/Readiness.ts"
import { until } from "../../support/until.ts"

/** A relay to the hub on this port, and what it logged. */
export const startRelay = Effect.fnUntraced(function* (port: number) {
  const logged: Array<string> = []
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(
    NotifierRelay.layer({ url: `http://127.0.0.1:${port}/` }).pipe(
      Layer.provideMerge(ReadinessInProcess.layer(["hub"])),
      Layer.provideMerge(logger)
    ),
    scope
  )
  return {
    logged,
    announce: Context.get(context, Notifier).announce,
    report: Context.get(context, Readiness).report,
    stop: Effect.provideContext(Scope.close(scope, Exit.void), context)
  }
})

/** Starts the existing hub on a port, and stops it on demand. `profiles` is what it was told. */
export const startExistingHub = Effect.fnUntraced(function* (port: number, profiles: Array<unknown>) {
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  yield* serveMessagesHub({ port, onProfile: (profile) => profiles.push(profile) }).pipe(Scope.provide(scope))
  return { stop: Scope.close(scope, Exit.void) }
})

/** Waits until the relay is ready, or is not. */
export const isReady = (relay: Effect.Success<ReturnType<typeof startRelay>>, ready = true) =>
  until(relay.report, ({ hub }) => (hub === "ok") === ready)
