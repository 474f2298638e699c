import { type Queue } from "bull"
import { Effect } from "effect"
import { describeBug } from "../../domain/describeBug.ts"
import { identify } from "../../domain/identify.ts"
import type { Recorded } from "../../domain/Outcome.ts"
import type { Breakers } from "../../services/Breakers.ts"
import type { Delivery } from "../../services/JobQueue.ts"
import { exactText } from "./exactText.ts"
import { type Lanes } from "../../domain/lanes.ts"
import type { Keys } from "./lifeKeys.ts"
import { begin } from "./pickUp.ts"
import { type QueueLife } from "./QueueLife.ts"
import type { RawJob } from "./rawJobs.ts"
import { type Running } from "./running.ts"
import { untilRedisAnswers } from "./untilRedisAnswers.ts"

interface WorkServices {
  readonly queue: Queue
  readonly prefix: string
  readonly keys: Keys
  readonly life: QueueLife
  readonly breakers: Breakers["Service"]
  readonly running: Running
  readonly lanes: Lanes
}

/** How long a job that was taken may wait for a breaker to close, before it is handed back: a peer may see what we do not. */
const patience = "2 seconds"

/**
 * One job from pick-up to its end: place it and have it handled (alone, if it may have killed a process). Only then may Bull end it. A
 * defect is told by kind and place.
 */
export const makeWork = ({ breakers, keys, lanes, life, prefix, queue, running }: WorkServices) => {
  const mayBegin = breakers.allClosed.pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.interrupt }))
  return Effect.fnUntraced(
    function* <R>(raw: RawJob, handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>) {
      const identity = identify({ prefix, name: queue.name }, raw.id, raw.hash["timestamp"] ?? "")
      const { lostRuns, place, runs } = yield* life.place(raw, identity)
      yield* running(raw)
      yield* mayBegin
      const run = Effect.gen(function* () {
        yield* untilRedisAnswers(() => begin(queue.client, keys, raw))
        raw.run.isBegun = true
        return yield* handle({
          job: { identity, jobId: raw.id, place },
          data: yield* untilRedisAnswers(() => exactText(queue.client, keys.job(raw.id), "data", raw.hash["data"])),
          name: raw.hash["name"] ?? "",
          deliveredBefore: runs > 1,
          lostRuns
        })
      })
      const recorded = yield* (lostRuns > 0 ? lanes.alone : lanes.beside)(run)
      yield* life.ended(place, recorded.life)
      return recorded
    },
    Effect.scoped,
    Effect.tapDefect((thrown) =>
      Effect.logError("a bug ended a job without an outcome").pipe(Effect.annotateLogs({ ...describeBug(thrown) }))
    )
  )
}
