import { Context, type Effect, type Scope } from "effect"

/** The parts that must answer before this process is ready. */
export type Part = "redis" | "mysql" | "hub" | "worker"

/** What each part said when asked: `ok`, or why it is not ready. Parts that this process does not run are absent. */
export type Report = Readonly<Partial<Record<Part, string>>>

/** Knows which parts of this process answer. A part that was announced but has no check yet is `starting`. */
export class Readiness extends Context.Service<
  Readiness,
  {
    /** Adds the check of a part until the scope closes, when it becomes `stopping`. The check fails with a reason for operators. */
    register(part: Part, check: Effect.Effect<void, string>): Effect.Effect<void, never, Scope.Scope>
    /** Asks every part, each within two seconds. */
    report: Effect.Effect<Report>
  }
>()("user-update-service/services/Readiness") {}
