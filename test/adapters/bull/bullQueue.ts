import { randomUUID } from "node:crypto"
import type Bull from "bull"
import { Context, Duration, Effect, Exit, Layer, Logger, Option, Scope } from "effect"
import * as JobQueueBull from "../../../src/adapters/bull/JobQueueBull.ts"
import * as ReadinessInProcess from "../../../src/adapters/process/ReadinessInProcess.ts"
import { JobQueue } from "../../../src/services/JobQueue.ts"
import type { Breakers } from "../../../src/services/Breakers.ts"
import { Lives } from "../../../src/services/Lives.ts"
import * as BreakersMock from "../../../src/testing/BreakersMock.ts"
import type { JobState, MemoryJob } from "../../../src/testing/MemoryQueue.ts"
import { type Handle, noting, type Options, type QueueUnderTest } from "../../services/jobQueue/QueueUnderTest.ts"
import { makeProducer, redisAddress } from "../../support/redis.ts"

const silent = Logger.layer([])

/** What a producer says of a job that Bull is to keep when it has ended. */
export const kept = { removeOnComplete: false, removeOnFail: false }

/** A ledger's memory of lives: each that begins is the next number. */
export const makeLives = () => {
  const highest = new Map<number, number>()
  const taken = new Set<number>()
  const begin = () => {
    highest.set(highest.size + 1, 0)
    return highest.size
  }
  return {
    highest,
    taken,
    layer: Layer.succeed(Lives, {
      begin: () => Effect.sync(begin),
      isTaken: ({ number }) => Effect.sync(() => taken.has(number)),
      highest: (life) => Effect.sync(() => Option.fromNullishOr(highest.get(life)))
    })
  }
}

type Lifetimes = ReturnType<typeof makeLives>

/** A producer and a way to begin workers, on a queue of their own. A worker stops with the effect that its beginning gives. */
const makeBullQueue = Effect.fnUntraced(function* (
  { concurrency = 4, grace = 5000 }: Options,
  lives: Lifetimes = makeLives(),
  breakers: Layer.Layer<Breakers> = BreakersMock.layer
) {
  const name = `Update_User_${randomUUID()}`
  const producer = yield* makeProducer(name)
  const redis = yield* redisAddress
  const worker = JobQueueBull.layer({ redis, prefix: "bull", name, concurrency, grace: Duration.millis(grace) }).pipe(
    Layer.provide([lives.layer, ReadinessInProcess.layer(["redis", "worker"]), breakers]),
    Layer.provide(silent)
  )
  const consume = Effect.fnUntraced(function* (handle: Handle) {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const context = yield* Layer.buildWithScope(worker, scope)
    yield* Context.get(context, JobQueue).consume(handle).pipe(Scope.provide(scope), Effect.provide(silent))
    return Scope.close(scope, Exit.void)
  })
  return { producer, consume }
})

/** One worker that notes its deliveries, and a producer. The worker begins with `start`. */
export const setUp = Effect.fnUntraced(function* (
  options: Options & {
    readonly handle?: Handle
    readonly lives?: Lifetimes
    readonly breakers?: Layer.Layer<Breakers>
  } = {}
) {
  const { producer, consume } = yield* makeBullQueue(options, options.lives, options.breakers)
  const { deliveries, handle: note } = noting()
  const { handle } = options
  const start = consume(handle === undefined ? note : (delivery) => Effect.andThen(note(delivery), handle(delivery)))
  return { producer, deliveries, start }
})

/** The job's hash as it stands in Redis, empty where there is none. */
export const hashOf = (producer: Bull.Queue, id: string | number) =>
  Effect.promise(() => producer.client.hgetall(producer.toKey(String(id))))

/** The queue on Redis, as the conformance suite works it. */
export const makeQueue = Effect.fnUntraced(function* (options: Options = {}) {
  const { producer, consume } = yield* makeBullQueue(options)
  const { client } = producer
  const keyOf = (id: string) => producer.toKey(id)
  const queue: QueueUnderTest = {
    consume,
    add: (data, { name = "__default__", ...options } = {}) =>
      Effect.promise(async () => String((await producer.add(name, data, { ...kept, ...options })).id)),
    find: (id) => Effect.promise(() => findJob(producer, id)),
    spoil: (id, data) => Effect.promise(() => (data === undefined ? client.del(keyOf(id)) : client.hset(keyOf(id), { data }))),
    remove: (id) => Effect.promise(async () => (await producer.getJob(id))?.remove()),
    retry: (id) => Effect.promise(async () => (await producer.getJob(id))?.retry()),
    stall: (id) => Effect.promise(() => stall(producer, id)),
    pause: Effect.promise(() => producer.pause()),
    resume: Effect.promise(() => producer.resume()),
    pass: Effect.sleep("10 millis")
  }
  return queue
})

const findJob = async (producer: Bull.Queue, id: string): Promise<MemoryJob | undefined> => {
  const { client } = producer
  const state = await stateOf(producer, id)
  const hash = await client.hgetall(producer.toKey(id))
  return Object.keys(hash).length === 0 ? undefined : { id, state, data: hash["data"], failedReason: hash["failedReason"] }
}

const stateOf = async (producer: Bull.Queue, id: string): Promise<JobState> => {
  for (const state of ["delayed", "completed", "failed"] as const) {
    if ((await producer.client.zscore(producer.toKey(state), id)) !== null) return state
  }
  return (await producer.client.lrange(producer.toKey("active"), 0, -1)).includes(id) ? "active" : "waiting"
}

/** Has Bull find, by its own check, that nobody holds the lock of the job any more. */
const stall = async (producer: Bull.Queue, id: string) => {
  await producer.client.del(`${producer.toKey(id)}:lock`, producer.toKey("stalled-check"))
  await producer.client.sadd(producer.toKey("stalled"), id)
  await (producer as Bull.Queue & { moveUnlockedJobsToWait(): Promise<unknown> }).moveUnlockedJobsToWait()
}
