import { Effect, Layer } from "effect"
import { Hub } from "../../services/Hub.ts"
import { NotificationBus } from "../../services/NotificationBus.ts"
import { Notifier } from "../../services/Notifier.ts"

/** Announces where this process is a hub: to the clients that are connected here, then to all other hubs. */
export const layer: Layer.Layer<Notifier, never, Hub | NotificationBus> = Layer.effect(
  Notifier,
  Effect.gen(function* () {
    const hub = yield* Hub
    const bus = yield* NotificationBus
    return Notifier.of({
      announce: (recorded) =>
        recorded.userId === undefined ? Effect.void : Effect.andThen(hub.deliver(recorded), bus.publish(recorded))
    })
  })
)

/** Announces where other processes are the hubs. */
export const layerRemote: Layer.Layer<Notifier, never, NotificationBus> = Layer.effect(
  Notifier,
  Effect.map(NotificationBus, (bus) =>
    Notifier.of({ announce: (recorded) => (recorded.userId === undefined ? Effect.void : bus.publish(recorded)) })
  )
)
