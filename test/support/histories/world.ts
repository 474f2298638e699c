import { randomUUID } from "node:crypto"
import Bull from "bull"
import { type Context, Duration, Effect, Exit, Layer, Logger, Redacted, Scope } from "effect"
import * as JobQueueBull from "../../../src/adapters/bull/JobQueueBull.ts"
import * as LivesMySql from "../../../src/adapters/mysql2/LivesMySql.ts"
import type { MySql } from "../../../src/adapters/mysql2/MySql.ts"
import * as BreakersInProcess from "../../../src/adapters/process/BreakersInProcess.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { EncryptionFailed } from "../../../src/domain/Errors.ts"
import type { JobIdentity } from "../../../src/domain/JobRef.ts"
import type { OutcomeTag } from "../../../src/domain/Outcome.ts"
import { Ledger } from "../../../src/services/Ledger.ts"
import { Notifier } from "../../../src/services/Notifier.ts"
import * as Worker from "../../../src/surfaces/Worker.ts"
import * as EncryptorMock from "../../../src/testing/EncryptorMock.ts"
import * as JobPolicyMock from "../../../src/testing/JobPolicyMock.ts"
import * as TokenVerifierMock from "../../../src/testing/TokenVerifierMock.ts"
import * as UnsealerMock from "../../../src/testing/UnsealerMock.ts"
import { redisAddress, RedisServer } from "../redis.ts"
import type { PlannedJob } from "./history.ts"
import type { Faults } from "./faults.ts"

/** A queue of its own with two workers on real Redis and MariaDB; token and encryption service are mocks that take their time. */
export interface World {
  readonly name: string
  readonly producer: Bull.Queue
  readonly plans: Map<string, PlannedJob>
  /** How each job ended, as its user was told first. */
  readonly ended: Map<JobIdentity, OutcomeTag>
  readonly startWorkers: Effect.Effect<void>
  readonly stopWorkers: Effect.Effect<void>
}

/** Opens a world with running workers on a ledger that it shares with others; `faults` befall the runs. */
export const openWorld = (
  ledger: Context.Context<Ledger | MySql>,
  makeFaults: (producer: Bull.Queue) => Faults
): Effect.Effect<World, never, RedisServer | Scope.Scope> =>
  Effect.gen(function* () {
    const name = `Update_User_${randomUUID()}`
    const redis = yield* redisAddress
    const { url } = yield* RedisServer
    const producer = yield* Effect.acquireRelease(
      Effect.sync(() => new Bull(name, url, { settings: { maxStalledCount: Number.MAX_SAFE_INTEGER } })),
      (queue) => Effect.promise(() => queue.close(true))
    )
    const plans = new Map<string, PlannedJob>()
    const ended: World["ended"] = new Map()
    const faults = makeFaults(producer)
    const encryptor = EncryptorMock.layer(({ phone, password }) => {
      const value = Redacted.value(password)
      const plan = plans.get(value)
      return Effect.sleep(plan?.encryption ?? 0).pipe(
        Effect.andThen(faults.strike(value, plan, "Before")),
        Effect.andThen(
          plan?.isRefused === "encryption"
            ? Effect.fail(new EncryptionFailed({ reason: "rejected" }))
            : Effect.succeed({ phone, password })
        )
      )
    })
    const notifier = Layer.succeed(Notifier, {
      announce: ({ identity, outcome }) =>
        Effect.sync(() => (ended.has(identity) ? undefined : void ended.set(identity, outcome.tag)))
    })
    const faultyLedger = Layer.effect(
      Ledger,
      Effect.map(Ledger, (real) =>
        Ledger.of({
          ...real,
          apply: (job, record, patience) =>
            Effect.tap(real.apply(job, record, patience), () => {
              const value = Redacted.value(record.username)
              return faults.strike(value, plans.get(value), "After")
            })
        })
      )
    )
    const worker = Worker.layer.pipe(
      Layer.provide(JobQueueBull.layer({ redis, prefix: "bull", name, concurrency: 3, grace: Duration.millis(100) })),
      Layer.provide([LivesMySql.layer(`bull:${name}`), ReadinessInProcess.layer(["redis", "worker"]), BreakersInProcess.layer]),
      Layer.provide([
        encryptor,
        notifier,
        faultyLedger,
        TokenVerifierMock.layer(),
        UnsealerMock.layer(),
        JobPolicyMock.layer()
      ]),
      Layer.provide(Layer.succeedContext(ledger)),
      Layer.provide(Logger.layer([]))
    )
    const outer = yield* Effect.scope
    let scopes: ReadonlyArray<Scope.Closeable> = []
    const startWorkers = Effect.gen(function* () {
      scopes = [yield* Scope.fork(outer), yield* Scope.fork(outer)]
      yield* Effect.forEach(scopes, (scope) => Layer.buildWithScope(Layer.fresh(worker), scope), { concurrency: 2 })
    })
    const stopWorkers = Effect.suspend(() =>
      Effect.forEach(scopes, (scope) => Scope.close(scope, Exit.void), { concurrency: 2, discard: true })
    )
    yield* startWorkers
    return { name, producer, plans, ended, startWorkers, stopWorkers }
  })
