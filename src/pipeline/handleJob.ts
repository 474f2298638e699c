import { Clock, type Duration, Effect, Option } from "effect"
import { defect, failed, type Outcome, type Recorded } from "../domain/Outcome.ts"
import type { Encryptor } from "../services/Encryptor.ts"
import type { Delivery } from "../services/JobQueue.ts"
import { Ledger } from "../services/Ledger.ts"
import { Notifier } from "../services/Notifier.ts"
import type { TokenVerifier } from "../services/TokenVerifier.ts"
import { deadlineIn } from "./Deadline.ts"
import { JobPolicy } from "../services/JobPolicy.ts"
import { logDefect, logEnd } from "./logJob.ts"
import { makeReadJob, type ReadJob } from "./readJob.ts"
import { updateUser } from "./updateUser.ts"

/** What handling a job needs. */
export type JobServices = TokenVerifier | Encryptor | Ledger | Notifier

/**
 * Brings a job to its one outcome, and tells its user. A job that was delivered before and has an outcome keeps it: nothing is
 * judged again. Whatever goes wrong ends in an outcome that is recorded before it is announced.
 */
export const makeHandleJob: Effect.Effect<
  (delivery: Delivery) => Effect.Effect<Recorded, never, JobServices>,
  never,
  JobPolicy
> = Effect.map(JobPolicy, (policy) => {
  const readJob = makeReadJob(policy)

  return Effect.fnUntraced(function* (delivery: Delivery) {
    const began = yield* Clock.currentTimeMillis
    const ledger = yield* Ledger
    const notifier = yield* Notifier

    const earlier = delivery.deliveredBefore ? yield* ledger.find(delivery.job.identity) : Option.none()
    const recorded = Option.isSome(earlier)
      ? earlier.value
      : yield* settle(
          delivery,
          Effect.sync(() => readJob(delivery)),
          policy.deadline
        )
    yield* notifier.announce(recorded).pipe(Effect.catchDefect((thrown) => logDefect(delivery.job, thrown)))
    yield* logEnd(recorded, began, Option.isSome(earlier))
    return recorded
  })
})

const settle = Effect.fnUntraced(function* (
  { job: ref }: Delivery,
  reading: Effect.Effect<ReadJob>,
  patience: Duration.Duration
) {
  const ledger = yield* Ledger
  const { job, userId } = yield* reading
  const record = (outcome: Outcome) => ledger.record(ref, userId, outcome)

  return yield* Effect.fromResult(job).pipe(
    Effect.flatMap((job) => Effect.flatMap(deadlineIn(patience), (deadline) => updateUser(ref, job, deadline))),
    Effect.catch((error) => record(failed(error))),
    Effect.catchDefect((thrown) => Effect.andThen(logDefect(ref, thrown), record(defect)))
  )
})
