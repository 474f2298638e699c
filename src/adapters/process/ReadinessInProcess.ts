import { Effect, Layer } from "effect"
import { type Part, Readiness } from "../../services/Readiness.ts"

/** Readiness of this process. `parts` are those that it runs: each is `starting` until its check is registered. */
export const layer = (parts: ReadonlyArray<Part>): Layer.Layer<Readiness> =>
  Layer.sync(Readiness, () => {
    const checks = new Map<Part, Effect.Effect<void, string>>(parts.map((part) => [part, Effect.fail("starting")]))
    return Readiness.of({
      register: (part, check) =>
        Effect.acquireRelease(
          Effect.sync(() => void checks.set(part, check)),
          () => Effect.sync(() => void checks.set(part, Effect.fail("stopping")))
        ),
      report: Effect.suspend(() =>
        Effect.all(Object.fromEntries([...checks].map(([part, check]) => [part, ask(check)])), { concurrency: "unbounded" })
      )
    })
  })

const ask = (check: Effect.Effect<void, string>): Effect.Effect<string> =>
  check.pipe(
    Effect.timeoutOrElse({ duration: "2 seconds", orElse: () => Effect.fail("does not answer") }),
    Effect.match({ onSuccess: () => "ok", onFailure: (reason) => reason })
  )
