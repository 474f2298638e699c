import { Effect, Redacted } from "effect"
import { VerifierUnavailable } from "../../domain/Errors.ts"
import type { UserId } from "../../domain/UserId.ts"
import { type TokenVerifier } from "../../services/TokenVerifier.ts"

/** `readUserId` knows what a user's identifier looks like here; `anonymous` lets clients in that send no token. */
export interface AdmitOptions {
  readonly anonymous: boolean
  readonly readUserId: (text: unknown) => UserId | undefined
}

/** Why a client is not let in, as its `connect_error` says it: `data.retry` where it may come again with the same token. */
export interface Refusal extends Error {
  readonly data?: { readonly retry: true }
}

/**
 * Judges the `auth.token` of a handshake: whose it is, or nobody's where there is none and none is needed. It takes four seconds at
 * most, so that the answer is out before the connection itself runs out of time.
 */
export const makeAdmit =
  (verifier: TokenVerifier["Service"], { anonymous, readUserId }: AdmitOptions) =>
  (token: unknown): Effect.Effect<UserId | undefined, Refusal> => {
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
      Effect.flatMap(({ id }) => Effect.fromNullishOr(readUserId(id)).pipe(Effect.mapError(refusals.InvalidToken)))
    )
  }

const refusals: Readonly<Record<"InvalidToken" | "VerifierUnavailable", () => Refusal>> = {
  InvalidToken: () => new Error("a valid token is required in auth.token"),
  VerifierUnavailable: () => Object.assign(new Error("try again later"), { data: { retry: true as const } })
}
