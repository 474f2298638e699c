import { Effect, Layer } from "effect"
import { Breakers } from "../services/Breakers.ts"

/** Breakers that never open: a call is made as it is, and nobody probes. */
export const layer: Layer.Layer<Breakers> = Layer.succeed(Breakers, {
  guard: () => Effect.succeed((call) => call),
  allClosed: Effect.void,
  watch: () => Effect.void
})
