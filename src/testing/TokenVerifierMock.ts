import { Effect, Layer, Redacted } from "effect"
import { InvalidToken, type VerifierUnavailable } from "../domain/Errors.ts"
import { type Subject, TokenVerifier } from "../services/TokenVerifier.ts"
import { makeScript, type Script } from "./Script.ts"
import { whileAway } from "./whileAway.ts"

type Verify = TokenVerifier["Service"]["verify"]

/** What the token service answers, in turn. While it says that it is away, the mock tries again, as the real verifiers do. */
export type VerifyScript = Script<Parameters<Verify>, Subject, InvalidToken | VerifierUnavailable>

/** Writes a {@link VerifyScript}. */
export const script = makeScript<Parameters<Verify>, Subject, InvalidToken | VerifierUnavailable>

/** A verifier that lets in every token of the form `token of <Id>`, unless a script or another method is given. */
export const layer = (verify: Verify | VerifyScript = tokenOf): Layer.Layer<TokenVerifier> =>
  Layer.succeed(TokenVerifier, { verify: typeof verify === "function" ? verify : whileAway(verify.over(tokenOf)) })

const tokenOf: Verify = (token) => {
  const [, id] = /^token of (.+)$/u.exec(Redacted.value(token)) ?? []
  return id === undefined
    ? Effect.fail(new InvalidToken({ reason: "signature" }))
    : Effect.succeed({ id, expiresAt: Number.MAX_SAFE_INTEGER })
}
