import { Context, Effect, Layer } from "effect"
import { type Recorded, type Sentence, sentences } from "../domain/Outcome.ts"
import { Notifier } from "../services/Notifier.ts"

/** Every announcement so far, in order. */
export class Announced extends Context.Service<Announced, Array<Recorded>>()("user-update-service/testing/Announced") {}

/** What users read so far, in order (README, wire contract 6). */
export const told: Effect.Effect<ReadonlyArray<Sentence>, never, Announced> = Effect.map(Announced, (announced) =>
  announced.map(({ outcome }) => sentences[outcome.tag])
)

/** A notifier that remembers what it was given, in `Announced`. */
export const layer: Layer.Layer<Notifier | Announced> = Layer.effectContext(
  Effect.sync(() => {
    const announced: Array<Recorded> = []
    const notifier = Notifier.of({ announce: (recorded) => Effect.sync(() => void announced.push(recorded)) })
    return Context.make(Notifier, notifier).pipe(Context.add(Announced, announced))
  })
)
