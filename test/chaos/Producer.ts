import Bull from "bull"
import { Effect, type Scope } from "effect"
import { identify } from "../../src/domain/identify.ts"
import type { Accepted, Attempt } from "./Attempt.ts"
import { makeJob, type PlannedJob } from "./makeJob.ts"
import { makeRandom } from "./random.ts"
import type { Stage } from "./Stage.ts"

/** Who adds jobs: `produce` does so until it is interrupted; `attempts` grows with each, in the order in which they were made. */
export interface Producer {
  readonly produce: Effect.Effect<never>
  readonly attempts: ReadonlyArray<Attempt>
  readonly queue: Bull.Queue
}

/** A producer of its own connection to Redis, without a link. What Redis did not answer, it does not try again: that is in doubt. */
export const makeProducer = Effect.fnUntraced(function* (
  { redis, secret }: Stage,
  seed: number,
  users: readonly [string, ...ReadonlyArray<string>],
  perSecond: number
): Effect.fn.Return<Producer, never, Scope.Scope> {
  const random = makeRandom(seed + 1)
  const attempts: Array<Attempt> = []
  const queue = yield* Effect.acquireRelease(
    Effect.sync(() => new Bull("Update_User", { redis: { host: redis.host, port: redis.port, ...neverTwice } })),
    (queue) => Effect.promise(() => queue.close()).pipe(Effect.timeoutOption("5 seconds"))
  )
  queue.on("error", () => undefined)
  const produceOne = Effect.gen(function* () {
    yield* Effect.sleep(`${random.between(0.5, 1.5) * (1000 / perSecond)} millis`)
    if (queue.client.status !== "ready") return
    const job = yield* makeJob(attempts.length + 1, random, users, secret)
    const index = attempts.push(job.attempt) - 1
    const accepted = yield* Effect.promise(() => add(queue, job))
    if (accepted !== undefined) attempts[index] = { ...job.attempt, accepted }
  })
  return { produce: Effect.forever(produceOne), attempts, queue }
})

const neverTwice = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: 4000,
  retryStrategy: () => 100
} as const

const add = async (queue: Bull.Queue, { data, opts }: PlannedJob): Promise<Accepted | undefined> => {
  try {
    const { id, timestamp } = await queue.add(data, opts)
    const jobId = String(id)
    const identity = identify({ prefix: "bull", name: queue.name }, jobId, String(timestamp))
    return opts.jobId === undefined ? { identity, jobId, number: Number(id) } : { identity, jobId }
  } catch {
    return undefined
  }
}
