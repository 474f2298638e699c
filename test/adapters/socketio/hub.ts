import { Context, Effect, Exit, Layer, Logger, References, Scope } from "effect"
import * as HubServer from "../../../src/adapters/socketio/HubServer.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { type Recorded } from "../../../src/domain/Outcome.ts"
import { defaultUserIdPattern, makeReadUserId, type UserId } from "../../../src/domain/UserId.ts"
import { freePort } from "../../../src/local/ports.ts"
import { Hub } from "../../../src/services/Hub.ts"
import { Inbox } from "../../../src/services/Inbox.ts"
import { NotificationBus } from "../../../src/services/NotificationBus.ts"
import { Readiness } from "../../../src/services/Readiness.ts"
import { type TokenVerifier } from "../../../src/services/TokenVerifier.ts"
import * as InboxMemory from "../../../src/testing/InboxMemory.ts"
import * as LedgerMemory from "../../../src/testing/LedgerMemory.ts"
import * as TokenVerifierMock from "../../../src/testing/TokenVerifierMock.ts"
import { recordedFor } from "../../support/outcomes.ts"

export const ada = "1234567890" as UserId
export const bob = "9876543210" as UserId
export const tokenOf = (id: string, after?: unknown) => ({ auth: { token: `token of ${id}`, after } })

/** What a hub reads: the outcomes and which were delivered. Hubs may share one. */
export const makeLedger = Effect.map(Layer.build(LedgerMemory.layer()), Context.get(LedgerMemory.LedgerMemory))

export interface HubSetUp extends Partial<HubServer.HubServerOptions> {
  readonly verifier?: Layer.Layer<TokenVerifier>
  readonly ledger?: LedgerMemory.LedgerMemory["Service"]
  /** What is between the hub and its ledger. */
  readonly through?: (inbox: Inbox["Service"]) => Inbox["Service"]
}

/**
 * A hub on a free port that knows the tokens of `tokenOf`. `record` is what any process records, `tell` what this one announces of
 * it, `fromElsewhere` what another one publishes, `resumed` a bus that is heard again.
 */
export const startHub = Effect.fnUntraced(function* (setUp: HubSetUp = {}) {
  const { verifier = TokenVerifierMock.layer(), through = (inbox) => inbox, ...options } = setUp
  const port = options.port ?? (yield* freePort)
  const ledger = setUp.ledger ?? (yield* makeLedger)
  const handlers: Array<(recorded: Recorded) => Effect.Effect<void>> = []
  const resumes: Array<Effect.Effect<void>> = []
  const bus = Layer.mock(NotificationBus)({
    subscribe: (handle, resumed) => Effect.sync(() => void (handlers.push(handle), resumes.push(resumed)))
  })
  const inbox = Layer.effect(Inbox, Effect.map(Inbox, through)).pipe(
    Layer.provide(InboxMemory.layer),
    Layer.provide(Layer.succeed(LedgerMemory.LedgerMemory, ledger))
  )
  const logged: Array<string> = []
  const logger = Logger.layer([
    Logger.make(({ message, fiber }) => {
      const annotations = fiber.getRef(References.CurrentLogAnnotations)
      logged.push([String(message), ...Object.values(annotations).map(String)].join(" "))
    })
  ])
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(
    HubServer.layer({ host: "127.0.0.1", origins: "any", anonymous: false, readUserId, ...options, port }).pipe(
      Layer.provideMerge(ReadinessInProcess.layer(["hub"])),
      Layer.provide([inbox, bus, verifier, logger])
    ),
    scope
  )
  const { deliver } = Context.get(context, Hub)
  const record = (id: UserId, ...positions: ReadonlyArray<number>) => {
    for (const position of positions) ledger.outcomes.set(recordedFor(id, position).identity, recordedFor(id, position))
  }
  return {
    port,
    logged,
    ledger,
    record,
    tell: (id: UserId, position = 1) =>
      Effect.andThen(
        Effect.sync(() => record(id, position)),
        deliver(recordedFor(id, position))
      ),
    deliver,
    fromElsewhere: (recorded: Recorded) => Effect.forEach(handlers, (handle) => handle(recorded), { discard: true }),
    resumed: Effect.suspend(() => Effect.forEach(resumes, (resumed) => resumed, { discard: true })),
    /** The positions of a user that somebody has received. */
    delivered: (id: UserId) =>
      Effect.sync(() =>
        [...ledger.outcomes.values()]
          .filter(({ userId, identity }) => userId === id && ledger.delivered.has(identity))
          .map(({ position }) => position)
      ),
    report: Context.get(context, Readiness).report,
    stop: Scope.close(scope, Exit.void)
  }
})

const readUserId = makeReadUserId(defaultUserIdPattern)
