import { Effect, Layer, Redacted } from "effect"
import { backoff } from "../../domain/backoff.ts"
import { EncryptionFailed } from "../../domain/Errors.ts"
import { isTransient } from "../../domain/isTransient.ts"
import { retryTransient } from "../../domain/retryTransient.ts"
import { Breakers } from "../../services/Breakers.ts"
import { type Credentials, Encryptor } from "../../services/Encryptor.ts"
import { HttpExchange } from "../../services/HttpExchange.ts"
import { makeDialectFinder } from "./DialectFinder.ts"
import { type Dialect, encodeRequest, isPlain, type Pair } from "./encodeRequest.ts"
import { type Exchange, makeExchange } from "./exchange.ts"

/** Where the service is, how it reads (`ENCRYPT_XML`), and whether lengths are checked (`ENCRYPT_CHECK_LENGTH`). */
export interface EncryptorOptions {
  readonly url: string
  readonly xml: "auto" | Exclude<Dialect, "undetermined">
  readonly checkLength: boolean
}

/**
 * Encryption by the SOAP service (README, wire contract 3). What is transient is tried again; how the service reads is found out
 * when it must be known, and again after it was away.
 */
export const layer = (options: EncryptorOptions): Layer.Layer<Encryptor, never, HttpExchange | Breakers> =>
  Layer.effect(
    Encryptor,
    Effect.gen(function* () {
      const http = yield* HttpExchange
      const ask = yield* makeExchange(options.url, http)
      const breakers = yield* Breakers
      const guarded = yield* breakers.guard("encryption", {
        whyAway: (error: EncryptionFailed) => (isTransient(error) ? error.reason : undefined),
        probe: ask(madeUp)
      })
      const exchange: Exchange = (request) => guarded(ask(request))
      const dialect = yield* makeDialectFinder(options.xml, exchange, http.endedConnections)
      yield* Effect.forkScoped(dialect.find.pipe(Effect.retry({ schedule: backoff, while: isTransient }), Effect.ignore))

      const exchangeIn = (plain: Pair, dialect: Dialect) => {
        const request = encodeRequest(plain, dialect)
        return request === undefined ? failed("notEncodable") : exchange(request)
      }
      const encryptOnce = (plain: Pair): Effect.Effect<Credentials, EncryptionFailed> =>
        Effect.matchEffect(
          isPlain(plain)
            ? exchangeIn(plain, "undetermined")
            : Effect.flatMap(dialect.find, (dialect) => exchangeIn(plain, dialect)),
          {
            onFailure: (error) => Effect.andThen(isTransient(error) ? dialect.forget : Effect.void, Effect.fail(error)),
            onSuccess: (encrypted) =>
              tellsApart(plain, encrypted) && (!options.checkLength || hasLengthsOf(plain, encrypted))
                ? Effect.succeed({ phone: Redacted.make(encrypted.phone), password: Redacted.make(encrypted.password) })
                : failed("badAnswer")
          }
        )

      return Encryptor.of({
        encrypt: ({ phone, password }) =>
          retryTransient(
            Effect.suspend(() => encryptOnce({ phone: Redacted.value(phone), password: Redacted.value(password) }))
          )
      })
    })
  )

const madeUp = encodeRequest({ phone: "0000000000", password: "made-up password" }, "undetermined") ?? ""

/** One ciphertext for two different values is none of at least one of them. */
const tellsApart = (plain: Pair, encrypted: Pair) => plain.phone === plain.password || encrypted.phone !== encrypted.password

const hasLengthsOf = (plain: Pair, encrypted: Pair) =>
  (["phone", "password"] as const).every(
    (name) => Buffer.from(encrypted[name], "base64").length === Buffer.byteLength(plain[name])
  )

const failed = (reason: EncryptionFailed["reason"]) => Effect.fail(new EncryptionFailed({ reason }))
