import { Clock, Effect, Redacted } from "effect"
import { VerifierUnavailable } from "../../domain/Errors.ts"
import type { UserId } from "../../domain/UserId.ts"
import { type TokenVerifier } from "../../services/TokenVerifier.ts"
import { hasExpired } from "./closeExpired.ts"
import { type HubLimits } from "./limits.ts"

/** `readUserId` knows what a user's identifier looks like here; `anonymous` lets clients in that send no token. */
export interface AdmitOptions {
  readonly anonymous: boolean
  readonly readUserId: (text: unknown) => UserId | undefined
}

/** Whose token a client showed, and until when it holds, in milliseconds since 1970. */
export interface Subject {
  readonly userId: UserId
  readonly expiresAt: number
}

/** Why a client is not let in, as its `connect_error` says it: `data.retry` where it may come again with the same token. */
export interface Refusal extends Error {
  readonly data?: { readonly retry: true }
}

/** Judges a token: whose it is, or nobody's where there is none and none is needed. */
export type Admit = (token: unknown) => Effect.Effect<Subject | undefined, Refusal>

/**
 * Judges the `auth.token` of a handshake. It takes four seconds at most, so that the answer is out before the connection itself runs
 * out of time. A token with which the connection would be closed at once is refused.
 */
export const makeAdmit =
  (verifier: TokenVerifier["Service"], { anonymous, readUserId }: AdmitOptions, limits: HubLimits): Admit =>
  (token) => {
    if (anonymous && (token === undefined || token === null)) return Effect.succeed(undefined)
    if (typeof token !== "string" || token === "") return Effect.fail(refusals.InvalidToken())
    return verifier.verify(Redacted.make(token, { label: "Token" })).pipe(
      Effect.timeoutOrElse({
        duration: "4 seconds",
        orElse: () => Effect.fail(new VerifierUnavailable({ reason: "timeout" }))
      }),
      Effect.catchDefect(() =>
        Effect.andThen(
          Effect.logError("verifying a client's token failed by a bug"),
          new VerifierUnavailable({ reason: "badAnswer" })
        )
      ),
      Effect.mapError(({ _tag }) => refusals[_tag]()),
      Effect.flatMap((subject) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const userId = readUserId(subject.id)
          return userId === undefined || hasExpired(subject, now, limits)
            ? Effect.fail(refusals.InvalidToken())
            : Effect.succeed({ userId, expiresAt: subject.expiresAt })
        })
      )
    )
  }

const retry = { data: { retry: true as const } }

/** Every way in which a client is not let in. */
export const refusals: Readonly<Record<"InvalidToken" | "VerifierUnavailable" | "TooManyConnections", () => Refusal>> = {
  InvalidToken: () => new Error("a valid token is required in auth.token"),
  VerifierUnavailable: () => Object.assign(new Error("try again later"), retry),
  TooManyConnections: () => Object.assign(new Error("too many connections: try again later"), retry)
}
