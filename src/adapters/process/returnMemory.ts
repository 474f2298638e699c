import { Session } from "node:inspector/promises"
import { Effect } from "effect"

/**
 * Collects all garbage and gives its memory back to the system, which V8 by itself does not do in an idle process. It stops the
 * process for about 0.2 s. Where there is no inspector to ask, nothing happens.
 */
export const returnMemory: Effect.Effect<void> = Effect.ignore(
  Effect.tryPromise(async () => {
    const session = new Session()
    session.connect()
    await session.post("HeapProfiler.collectGarbage")
    session.disconnect()
  })
)
