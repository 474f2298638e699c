import { Effect } from "effect"
import { backoff } from "../../domain/backoff.ts"

/**
 * Runs one idempotent command until Redis has answered it. An answer that condemns the command is a bug of ours, and a defect. The
 * driver's errors carry what was sent: only the code is kept.
 */
export const untilRedisAnswers = <A>(command: () => Promise<A>): Effect.Effect<A> =>
  Effect.tryPromise({ try: command, catch: codeOf }).pipe(
    Effect.retry({ schedule: backoff, while: (code) => code === noAnswer || passing.has(code) }),
    Effect.catch((code) => Effect.die(new Error(code)))
  )

const noAnswer = "NO_ANSWER"

const passing: ReadonlySet<string> = new Set([
  "BUSY",
  "CLUSTERDOWN",
  "LOADING",
  "MASTERDOWN",
  "MISCONF",
  "NOREPLICAS",
  "NOSCRIPT",
  "OOM",
  "READONLY",
  "TRYAGAIN",
  "UNBLOCKED"
])

const codeOf = (error: unknown): string =>
  error instanceof Error && error.name === "ReplyError" ? (/^[A-Z]+/u.exec(error.message)?.[0] ?? "UNKNOWN") : noAnswer
