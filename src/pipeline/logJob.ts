import { Clock, Effect } from "effect"
import { describeBug } from "../domain/describeBug.ts"
import type { JobRef } from "../domain/JobRef.ts"
import type { Recorded } from "../domain/Outcome.ts"

/** The one line that each job leaves: its id, its outcome and reason, how long it took. Nothing that it carried. */
export const logEnd = Effect.fnUntraced(function* ({ jobId, outcome }: Recorded, began: number, again: boolean) {
  const durationMs = (yield* Clock.currentTimeMillis) - began
  const level = outcome.tag === "Updated" ? Effect.logInfo : Effect.logWarning
  yield* level("job ended").pipe(
    Effect.annotateLogs({
      jobId: printable(jobId),
      outcome: outcome.tag,
      ...(outcome.reason === "" ? {} : { reason: outcome.reason }),
      durationMs,
      ...(again ? { again } : {})
    })
  )
})

/** Tells of a bug: the kind of the thrown thing and where it was thrown, without its message. */
export const logDefect = ({ jobId }: JobRef, thrown: unknown): Effect.Effect<void> =>
  Effect.logError("a bug ended a job").pipe(Effect.annotateLogs({ jobId: printable(jobId), ...describeBug(thrown) }))

/** Tells of a job that is taken for what killed the processes that ran it. */
export const logPoison = ({ jobId }: JobRef, lostRuns: number): Effect.Effect<void> =>
  Effect.logError("a job was running each time that a process was killed: it is run no more").pipe(
    Effect.annotateLogs({ jobId: printable(jobId), lostRuns })
  )

const printable = (text: string) => text.replace(/[^\x21-\x7e]/gu, "?").slice(0, 100)
