import { Clock, Effect, Layer, Redacted } from "effect"
import { Breakers } from "../../services/Breakers.ts"
import { HttpExchange } from "../../services/HttpExchange.ts"
import { TokenVerifier } from "../../services/TokenVerifier.ts"
import { fetchKeySet } from "./fetchKeySet.ts"
import { makeKeySet } from "./KeySet.ts"
import { makeKeySource } from "./KeySource.ts"
import { algorithms } from "./readKeySet.ts"
import { checkStrictJwt } from "./StrictJwt.ts"
import type { Expected } from "./judgeClaims.ts"
import { verifyJwt } from "./verifyJwt.ts"

/** Where the key set is, the one place that keys come from, and what tokens must carry beside what they always must. */
export interface Options extends Expected {
  readonly url: string
}

/**
 * Verifies tokens here, signed RS256, ES256 or EdDSA, with the public keys of an issuer (README, wire contract 2). The token's age is
 * judged as it comes, however long its key is waited for. The layer is there at once, whether the issuer is or not.
 */
export const layer = ({ url, ...expected }: Options): Layer.Layer<TokenVerifier, never, HttpExchange | Breakers> =>
  Layer.effect(
    TokenVerifier,
    Effect.gen(function* () {
      const source = yield* makeKeySource(fetchKeySet(yield* HttpExchange, url))
      const keys = yield* makeKeySet(source, yield* Breakers)
      return TokenVerifier.of({
        verify: Effect.fnUntraced(function* (token) {
          const text = Redacted.value(token)
          const now = yield* Clock.currentTimeMillis
          const wanted = yield* Effect.fromResult(checkStrictJwt(text, algorithms))
          const key = yield* keys.find(wanted)
          return yield* verifyJwt(text, { key, algorithm: wanted.algorithm, expected, now })
        })
      })
    })
  )
