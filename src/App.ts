import { randomInt } from "node:crypto"
import { Duration, Layer } from "effect"
import * as TokenVerifierJwks from "./adapters/jose/TokenVerifierJwks.ts"
import * as TokenVerifierSecret from "./adapters/jose/TokenVerifierSecret.ts"
import * as UnsealerJose from "./adapters/jose/UnsealerJose.ts"
import * as LedgerMySql from "./adapters/mysql2/LedgerMySql.ts"
import * as InboxMySql from "./adapters/mysql2/InboxMySql.ts"
import * as LivesMySql from "./adapters/mysql2/LivesMySql.ts"
import * as OutboxMySql from "./adapters/mysql2/OutboxMySql.ts"
import * as MySql from "./adapters/mysql2/MySql.ts"
import * as BreakersInProcess from "./adapters/process/BreakersInProcess.ts"
import * as ReadinessInProcess from "./adapters/process/ReadinessInProcess.ts"
import * as NotificationBusRedis from "./adapters/redis/NotificationBusRedis.ts"
import * as NotifierHub from "./adapters/socketio/NotifierHub.ts"
import * as TokenVerifierApi from "./adapters/tokenapi/TokenVerifierApi.ts"
import type { CannotStart } from "./domain/CannotStart.ts"
import { makeReadUserId } from "./domain/UserId.ts"
import * as onDemand from "./onDemand.ts"
import { JobPolicy } from "./services/JobPolicy.ts"
import type { Breakers } from "./services/Breakers.ts"
import type { HttpExchange } from "./services/HttpExchange.ts"
import type { Part } from "./services/Readiness.ts"
import type { TokenVerifier } from "./services/TokenVerifier.ts"
import type { Settings } from "./settings/Settings.ts"
import * as Logging from "./surfaces/Logging.ts"
import * as Pruning from "./surfaces/Pruning.ts"
import * as Worker from "./surfaces/Worker.ts"

/**
 * The service as its settings describe it: the roles that this process runs, on the adapters that they need. The HTTP API is there
 * first and goes last, so that it can tell of all others.
 */
export const layer = (settings: Settings): Layer.Layer<never, CannotStart> => {
  const { hub, mysql, queue, redis, roles } = settings

  const database = MySql.layer({ ...mysql, connections: 10, lockWaitSeconds: lockWaitSeconds(settings) })
  const relay = hub.kind === "relay" ? randomInt(1, 2 ** 32) : 0
  const ledger = LedgerMySql.layer({ ...mysql, relay }).pipe(Layer.provide(database))
  const lives = LivesMySql.layer(`${queue.prefix}:${queue.name}`).pipe(Layer.provide([database, ledger]))
  const inbox = InboxMySql.layer.pipe(Layer.provide([database, ledger]))
  const outbox = OutboxMySql.layer({ relay, queue: `${queue.prefix}:${queue.name}` }).pipe(Layer.provide([database, ledger]))
  const bus = NotificationBusRedis.layer({ redis, channel: `${queue.prefix}:${queue.name}:updateNotifications` })
  const exchange = onDemand.httpExchangeUndici({ connections: queue.concurrency })
  const verifier = layerVerifier(settings, exchange)
  const handshakeVerifier =
    settings.verifier.kind === "api" ? layerVerifier(settings, onDemand.httpExchangeUndici({ connections: 10 })) : verifier

  const ownHub =
    hub.kind === "own" && roles.has("messages")
      ? onDemand
          .hubServer({ ...hub, readUserId: makeReadUserId(settings.job.userId) })
          .pipe(Layer.provide([handshakeVerifier, inbox, bus]))
      : undefined
  const notifier =
    hub.kind === "relay"
      ? onDemand.notifierRelay(hub).pipe(Layer.provide(outbox))
      : (ownHub === undefined ? NotifierHub.layerRemote : NotifierHub.layer.pipe(Layer.provide(ownHub))).pipe(
          Layer.provide(bus)
        )

  const unsealer =
    settings.sealKeys === undefined ? UnsealerJose.layerWithoutKeys : UnsealerJose.layer({ keys: settings.sealKeys })
  const worker = Layer.mergeAll(Worker.layer, Pruning.layer(mysql.retention)).pipe(
    Layer.provide(onDemand.jobQueueBull({ ...queue, redis, grace: settings.grace }).pipe(Layer.provide(lives))),
    Layer.provide([
      notifier,
      onDemand.encryptorSoap(settings.encryption).pipe(Layer.provide(exchange)),
      verifier,
      unsealer,
      ledger
    ]),
    Layer.provide(Layer.succeed(JobPolicy, settings.job))
  )
  return Layer.mergeAll(roles.has("worker") ? worker : Layer.empty, ownHub ?? Layer.empty).pipe(
    Layer.provide(roles.has("api") ? onDemand.httpServer(settings.port) : Layer.empty),
    Layer.provide([ReadinessInProcess.layer(partsOf(settings)), BreakersInProcess.layer]),
    Layer.provide(Logging.layer(settings.log))
  )
}

const layerVerifier = (
  { verifier }: Settings,
  exchange: Layer.Layer<HttpExchange>
): Layer.Layer<TokenVerifier, never, Breakers> => {
  if (verifier.kind === "secret") return TokenVerifierSecret.layer(verifier)
  return (verifier.kind === "jwks" ? TokenVerifierJwks.layer(verifier) : TokenVerifierApi.layer(verifier)).pipe(
    Layer.provide(exchange)
  )
}

const lockWaitSeconds = ({ job }: Settings) => Math.min(3, Math.max(1, Math.floor(Duration.toSeconds(job.deadline) / 4)))

const partsOf = ({ hub, roles }: Settings): ReadonlyArray<Part> => {
  const isHub = hub.kind === "own" && roles.has("messages")
  const parts: Readonly<Record<Part, boolean>> = {
    redis: roles.has("worker") || isHub,
    mysql: roles.has("worker") || isHub,
    hub: isHub || (hub.kind === "relay" && roles.has("worker")),
    worker: roles.has("worker")
  }
  return (["redis", "mysql", "hub", "worker"] as const).filter((part) => parts[part])
}
