import { Context, Effect, Layer } from "effect"
import type { Recorded } from "../domain/Outcome.ts"
import { Hub } from "../services/Hub.ts"

/** Every outcome that the hub was given so far, in order. */
export class Delivered extends Context.Service<Delivered, Array<Recorded>>()("user-update-service/testing/Delivered") {}

/** A hub without clients that remembers what it was given, in `Delivered`. */
export const layer: Layer.Layer<Hub | Delivered> = Layer.effectContext(
  Effect.sync(() => {
    const delivered: Array<Recorded> = []
    const hub = Hub.of({ deliver: (recorded) => Effect.sync(() => void delivered.push(recorded)) })
    return Context.make(Hub, hub).pipe(Context.add(Delivered, delivered))
  })
)
