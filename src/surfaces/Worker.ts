import { Effect, Layer } from "effect"
import { type JobServices, makeHandleJob } from "../pipeline/handleJob.ts"
import type { JobPolicy } from "../services/JobPolicy.ts"
import { JobQueue } from "../services/JobQueue.ts"

/** Takes jobs from the queue and brings each to its outcome, until the scope closes. */
export const layer: Layer.Layer<never, never, JobQueue | JobServices | JobPolicy> = Layer.effectDiscard(
  Effect.gen(function* () {
    const queue = yield* JobQueue
    yield* queue.consume(yield* makeHandleJob)
    yield* Effect.logInfo("the worker takes jobs")
  })
)
