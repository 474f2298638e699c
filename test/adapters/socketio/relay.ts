import { Context, Effect, Exit, Layer, Logger, Scope } from "effect"
import * as NotifierRelay from "../../../src/adapters/socketio/NotifierRelay.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import type { Recorded } from "../../../src/domain/Outcome.ts"
import { serveMessagesHub } from "../../../src/local/MessagesHub.ts"
import { Notifier } from "../../../src/services/Notifier.ts"
import { Readiness } from "../../../src/services/Readiness.ts"
import * as LedgerMemory from "../../../src/testing/LedgerMemory.ts"
import * as OutboxMemory from "../../../src/testing/OutboxMemory.ts"
import { until } from "../../support/until.ts"

/** A relay to the hub on this port, what it logged, and the ledger that it reads. */
export const startRelay = Effect.fnUntraced(function* (
  port: number,
  options: Partial<NotifierRelay.NotifierRelayOptions> & { readonly outbox?: typeof OutboxMemory.layer } = {}
) {
  const { outbox = OutboxMemory.layer, ...rest } = options
  const logged: Array<string> = []
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(
    NotifierRelay.layer({ url: `http://127.0.0.1:${port}/`, ...rest }).pipe(
      Layer.provide(outbox),
      Layer.provideMerge([LedgerMemory.layer(), ReadinessInProcess.layer(["hub"])]),
      Layer.provideMerge(logger)
    ),
    scope
  )
  const { outcomes, delivered } = Context.get(context, LedgerMemory.LedgerMemory)
  const { announce } = Context.get(context, Notifier)
  return {
    logged,
    outcomes,
    delivered,
    announce,
    /** Records an outcome and announces it, as the end of a job does. */
    end: (recorded: Recorded) =>
      Effect.suspend(() => {
        outcomes.set(recorded.identity, recorded)
        return announce(recorded)
      }),
    report: Context.get(context, Readiness).report,
    stop: Effect.provideContext(Scope.close(scope, Exit.void), context)
  }
})

export type Relay = Effect.Success<ReturnType<typeof startRelay>>

/** Starts the existing hub on a port, and stops it on demand. `profiles` is what it was told. */
export const startExistingHub = Effect.fnUntraced(function* (port: number, profiles: Array<unknown>) {
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  yield* serveMessagesHub({ port, onProfile: (profile) => profiles.push(profile) }).pipe(Scope.provide(scope))
  return { stop: Scope.close(scope, Exit.void) }
})

/** Waits until the relay is ready, or is not. */
export const isReady = (relay: Relay, ready = true) => until(relay.report, ({ hub }) => (hub === "ok") === ready)

/** Waits until the ledger says of this many outcomes that they were delivered. */
export const areDelivered = ({ delivered }: Relay, count: number) =>
  until(
    Effect.sync(() => delivered.size),
    (size) => size >= count
  )
