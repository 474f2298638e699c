import { Context, Effect, Layer } from "effect"
import type { Recorded } from "../domain/Outcome.ts"
import { NotificationBus } from "../services/NotificationBus.ts"

/** The other processes, as a test plays them. */
export class OtherProcesses extends Context.Service<
  OtherProcesses,
  {
    /** What they heard from this process, in order. */
    readonly heard: ReadonlyArray<Recorded>
    /** Publishes as one of them; returns when every subscriber of this process has handled it. */
    publish(recorded: Recorded): Effect.Effect<void>
  }
>()("user-update-service/testing/OtherProcesses") {}

/** A bus between this process and {@link OtherProcesses}, which loses nothing. */
export const layer: Layer.Layer<NotificationBus | OtherProcesses> = Layer.effectContext(
  Effect.sync(() => {
    const heard: Array<Recorded> = []
    const subscribers = new Set<(recorded: Recorded) => Effect.Effect<void>>()
    const bus = NotificationBus.of({
      publish: (recorded) => Effect.sync(() => void heard.push(recorded)),
      subscribe: (handle) =>
        Effect.acquireRelease(
          Effect.sync(() => void subscribers.add(handle)),
          () => Effect.sync(() => void subscribers.delete(handle))
        )
    })
    const publish = (recorded: Recorded) => Effect.forEach([...subscribers], (handle) => handle(recorded), { discard: true })
    return Context.make(NotificationBus, bus).pipe(Context.add(OtherProcesses, { heard, publish }))
  })
)
