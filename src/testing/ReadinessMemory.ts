import { Effect, Layer } from "effect"
import { type Part, Readiness } from "../services/Readiness.ts"

/** Readiness that asks every part at once, without a time limit. `parts` are `starting` until their checks are registered. */
export const layer = (parts: ReadonlyArray<Part> = []): Layer.Layer<Readiness> =>
  Layer.sync(Readiness, () => {
    const checks = new Map<Part, Effect.Effect<void, string>>(parts.map((part) => [part, Effect.fail("starting")]))
    return Readiness.of({
      register: (part, check) =>
        Effect.acquireRelease(
          Effect.sync(() => void checks.set(part, check)),
          () => Effect.sync(() => void checks.set(part, Effect.fail("stopping")))
        ),
      report: Effect.suspend(() =>
        Effect.all(Object.fromEntries([...checks].map(([part, check]) => [part, Effect.match(check, answers)])))
      )
    })
  })

const answers = { onSuccess: () => "ok", onFailure: (reason: string) => reason }
