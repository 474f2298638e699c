import { Clock, Effect } from "effect"

/** Runs on the machine's clock even in a test with a `TestClock`: servers start and end in real time. */
export const inRealTime = Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())
