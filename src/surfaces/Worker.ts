import { Effect, Layer } from "effect"
import { type JobServices, makeHandleJob } from "../pipeline/handleJob.ts"
import { Breakers } from "../services/Breakers.ts"
import type { JobPolicy } from "../services/JobPolicy.ts"
import { JobQueue } from "../services/JobQueue.ts"

/** Takes jobs from the queue and brings each to its outcome, until the scope closes. While a neighbour is away none is begun. */
export const layer: Layer.Layer<never, never, JobQueue | JobServices | JobPolicy | Breakers> = Layer.effectDiscard(
  Effect.gen(function* () {
    const queue = yield* JobQueue
    const handleJob = yield* makeHandleJob
    const { allClosed } = yield* Breakers
    yield* queue.consume((delivery) => Effect.andThen(allClosed, handleJob(delivery)))
    yield* Effect.logInfo("the worker takes jobs")
  })
)
