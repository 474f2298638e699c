import { type Queue } from "bull"
import { Effect } from "effect"
import { describeBug } from "../../domain/describeBug.ts"
import { identify } from "../../domain/identify.ts"
import type { Recorded } from "../../domain/Outcome.ts"
import type { Delivery } from "../../services/JobQueue.ts"
import { exactText } from "./exactText.ts"
import { erase, type Keys } from "./pickUp.ts"
import { type QueueLife } from "./QueueLife.ts"
import { type RawJob } from "./rawJobs.ts"
import { keeps } from "./settlementOptions.ts"
import { untilRedisAnswers } from "./untilRedisAnswers.ts"

/**
 * One job from pick-up to its end: place it, have it handled, and erase what it carried if Bull is to keep it. Only then may Bull
 * end it. A defect is told by kind and place.
 */
export const makeWork = (queue: Queue, prefix: string, keys: Keys, life: QueueLife) =>
  Effect.fnUntraced(
    function* <R>(raw: RawJob, handle: (delivery: Delivery) => Effect.Effect<Recorded, never, R>) {
      const identity = identify({ prefix, name: queue.name }, raw.id, raw.hash["timestamp"] ?? "")
      const { place, runs } = yield* life.place(raw, identity)
      const recorded = yield* handle({
        job: { identity, jobId: raw.id, place },
        data: yield* untilRedisAnswers(() => exactText(queue.client, keys.job(raw.id), "data", raw.hash["data"])),
        name: raw.hash["name"] ?? "",
        deliveredBefore: runs > 1 || Number(raw.hash["stalledCounter"] ?? 0) > 0
      })
      yield* life.ended(place, recorded.life)
      const { removeOnComplete, removeOnFail } = raw.settlement
      if (keeps(recorded.outcome.tag === "Updated" ? removeOnComplete : removeOnFail)) {
        yield* untilRedisAnswers(() => erase(queue.client, keys, raw.id))
      }
      return recorded
    },
    Effect.tapDefect((thrown) =>
      Effect.logError("a bug ended a job without an outcome").pipe(Effect.annotateLogs({ ...describeBug(thrown) }))
    )
  )
