import { Effect, Layer, type Scope } from "effect"
import type { Recorded } from "../domain/Outcome.ts"
import type { JobPolicy } from "../services/JobPolicy.ts"
import { type Delivery, JobQueue } from "../services/JobQueue.ts"
import * as BreakersMock from "./BreakersMock.ts"
import * as EncryptorMock from "./EncryptorMock.ts"
import * as HttpExchangeMock from "./HttpExchangeMock.ts"
import * as HubRecording from "./HubRecording.ts"
import * as InboxMemory from "./InboxMemory.ts"
import * as JobPolicyMock from "./JobPolicyMock.ts"
import * as JobQueueMemory from "./JobQueueMemory.ts"
import * as LedgerMemory from "./LedgerMemory.ts"
import { MemoryQueue } from "./MemoryQueue.ts"
import * as NotificationBusMemory from "./NotificationBusMemory.ts"
import * as NotifierRecording from "./NotifierRecording.ts"
import * as OutboxMemory from "./OutboxMemory.ts"
import * as ReadinessMemory from "./ReadinessMemory.ts"
import * as TokenVerifierMock from "./TokenVerifierMock.ts"
import * as UnsealerMock from "./UnsealerMock.ts"

/** What may differ from a world in which everything works: scripts or methods, the users there are, the policy, the queue. */
export interface Options {
  readonly users?: ReadonlyArray<string>
  readonly verify?: Parameters<typeof TokenVerifierMock.layer>[0] | undefined
  readonly encrypt?: Parameters<typeof EncryptorMock.layer>[0] | undefined
  readonly unseal?: Parameters<typeof UnsealerMock.layer>[0] | undefined
  readonly apply?: LedgerMemory.ApplyScript
  readonly policy?: Partial<JobPolicy["Service"]>
  readonly queue?: Parameters<typeof JobQueueMemory.layer>[0]
}

/** Every service on mocks, none of which needs a network or real time. Another layer for one of them goes behind: `Layer.merge`. */
export const layer = ({ apply, encrypt, policy, queue, unseal, users, verify }: Options = {}) =>
  Layer.mergeAll(
    TokenVerifierMock.layer(verify),
    EncryptorMock.layer(encrypt),
    UnsealerMock.layer(unseal),
    Layer.mergeAll(InboxMemory.layer, OutboxMemory.layer).pipe(Layer.provideMerge(LedgerMemory.layer(users, apply))),
    BreakersMock.layer,
    NotifierRecording.layer,
    JobQueueMemory.layer(queue),
    JobPolicyMock.layer(policy),
    HttpExchangeMock.layer(),
    HubRecording.layer,
    NotificationBusMemory.layer,
    ReadinessMemory.layer()
  )

/** Consumes the queue with this handler until the scope closes, and adds these jobs to it; their ids. It waits for none to end. */
export const run = Effect.fnUntraced(function* <R>(
  handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>,
  ...jobs: ReadonlyArray<unknown>
): Effect.fn.Return<ReadonlyArray<string>, never, R | JobQueue | MemoryQueue | Scope.Scope> {
  const queue = yield* MemoryQueue
  yield* (yield* JobQueue).consume(handle)
  return yield* Effect.forEach(jobs, (data) => queue.add(data))
})
