import { Clock, type Duration, Effect, Option } from "effect"
import { defect, failed, type Outcome, poisoned, type Recorded } from "../domain/Outcome.ts"
import type { UserId } from "../domain/UserId.ts"
import type { Encryptor } from "../services/Encryptor.ts"
import type { Delivery } from "../services/JobQueue.ts"
import { Ledger } from "../services/Ledger.ts"
import { Notifier } from "../services/Notifier.ts"
import type { TokenVerifier } from "../services/TokenVerifier.ts"
import type { Unsealer } from "../services/Unsealer.ts"
import { deadlineIn } from "./Deadline.ts"
import { JobPolicy } from "../services/JobPolicy.ts"
import { logDefect, logEnd, logPoison } from "./logJob.ts"
import { makeReadJob, type ReadJob } from "./readJob.ts"
import { updateUser } from "./updateUser.ts"

/** What handling a job needs. */
export type JobServices = TokenVerifier | Unsealer | Encryptor | Ledger | Notifier

/**
 * Brings a job to its one outcome, and tells its user. A job that was delivered before and has an outcome keeps it: nothing is
 * judged again. Whatever goes wrong ends in an outcome that is recorded before it is announced; one that was running when its process was killed, three
 * times over, is run no more.
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
    const reading = Effect.sync(() => readJob(delivery))
    const recorded = Option.isSome(earlier)
      ? earlier.value
      : yield* delivery.lostRuns < poison ? settle(delivery, reading, policy.deadline) : condemn(delivery, reading)
    yield* notifier.announce(recorded).pipe(Effect.catchDefect((thrown) => logDefect(delivery.job, thrown)))
    yield* logEnd(recorded, began, Option.isSome(earlier))
    return recorded
  })
})

/** How many lost runs make a job one that kills its process: it is run no more, and after one more not even read. */
const poison = 3

const condemn = Effect.fnUntraced(function* ({ job, lostRuns }: Delivery, reading: Effect.Effect<ReadJob>) {
  const ledger = yield* Ledger
  yield* logPoison(job, lostRuns)
  return yield* ledger.record(job, lostRuns > poison ? undefined : (yield* reading).userId, poisoned)
})

const settle = Effect.fnUntraced(function* (
  { job: ref }: Delivery,
  reading: Effect.Effect<ReadJob>,
  patience: Duration.Duration
) {
  const ledger = yield* Ledger
  let whom: UserId | undefined
  const record = (outcome: Outcome) => ledger.record(ref, whom, outcome)

  return yield* reading.pipe(
    Effect.tap(({ userId }) => Effect.sync(() => void (whom = userId))),
    Effect.flatMap(({ job }) => job),
    Effect.flatMap((job) => Effect.flatMap(deadlineIn(patience), (deadline) => updateUser(ref, job, deadline))),
    Effect.catch((error) => record(failed(error))),
    Effect.catchDefect((thrown) => Effect.andThen(logDefect(ref, thrown), record(defect)))
  )
})
