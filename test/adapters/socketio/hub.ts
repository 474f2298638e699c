import { Context, Effect, Exit, Layer, Logger, Schema, Scope } from "effect"
import * as HubServer from "../../../src/adapters/socketio/HubServer.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { type Recorded } from "../../../src/domain/Outcome.ts"
import { defaultUserIdPattern, UserId } from "../../../src/domain/UserId.ts"
import { freePort } from "../../../src/local/ports.ts"
import { Hub } from "../../../src/services/Hub.ts"
import { NotificationBus } from "../../../src/services/NotificationBus.ts"
import { Readiness } from "../../../src/services/Readiness.ts"
import { type TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import * as LedgerMemory from "../../../src/testing/LedgerMemory.ts"
import * as TokenVerifierMock from "../../../src/testing/TokenVerifierMock.ts"
import { recordedFor } from "../../support/outcomes.ts"

export const ada = "1234567890" as UserId
export const bob = "9876543210" as UserId
export const tokenOf = (id: string) => ({ auth: { token: `token of ${id}` } })

export interface HubSetUp extends Partial<HubServer.HubServerOptions> {
  readonly verifier?: Layer.Layer<TokenVerifier>
}

/** A hub on a free port that knows the tokens of `tokenOf`; `fromElsewhere` is what another process publishes. */
export const startHub = Effect.fnUntraced(function* ({ verifier = TokenVerifierMock.layer(), ...options }: HubSetUp = {}) {
  const port = options.port ?? (yield* freePort)
  const handlers: Array<(recorded: Recorded) => Effect.Effect<void>> = []
  const bus = Layer.mock(NotificationBus)({ subscribe: (handle) => Effect.sync(() => void handlers.push(handle)) })
  const logged: Array<string> = []
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(
    HubServer.layer({ host: "127.0.0.1", origins: "any", anonymous: false, readUserId, ...options, port }).pipe(
      Layer.provideMerge([LedgerMemory.layer(), ReadinessInProcess.layer(["hub"])]),
      Layer.provide([bus, verifier, logger])
    ),
    scope
  )
  const { deliver } = Context.get(context, Hub)
  return {
    port,
    logged,
    tell: (id: UserId, position = 1) => deliver(recordedFor(id, position)),
    deliver,
    fromElsewhere: (recorded: Recorded) => Effect.forEach(handlers, (handle) => handle(recorded), { discard: true }),
    delivered: Context.get(context, LedgerMemory.LedgerMemory).delivered,
    report: Context.get(context, Readiness).report,
    stop: Scope.close(scope, Exit.void)
  }
})

const isUserId = Schema.is(UserId.check(Schema.isPattern(defaultUserIdPattern)))
const readUserId = (text: unknown) => (isUserId(text) ? text : undefined)
