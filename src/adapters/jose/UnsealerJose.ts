import { Effect, Layer, Redacted } from "effect"
import { compactDecrypt } from "jose"
import { InvalidJob } from "../../domain/Errors.ts"
import { privateJwk, readSealKeys, type SealKey } from "../../domain/SealKeys.ts"
import { Unsealer } from "../../services/Unsealer.ts"
import { utf8 } from "./readSegment.ts"
import { algorithm, checkStrictJwe, encryption } from "./StrictJwe.ts"

/** The private keys that jobs may be sealed for, as `SEAL_PRIVATE_KEYS` has them. */
export interface Options {
  readonly keys: Redacted.Redacted
}

/**
 * Opens sealed jobs here with any of the keys: the one that the seal names by its `kid`. Keys that `readSealKeys` refuses are a defect of
 * the layer: the configuration asks first.
 */
export const layer = ({ keys }: Options): Layer.Layer<Unsealer> =>
  Layer.effect(
    Unsealer,
    Effect.gen(function* () {
      const imported = new Map(yield* Effect.forEach(readSealKeys(keys) ?? [], importKey))
      if (imported.size === 0) return yield* Effect.die(new Error("The keys for sealed jobs are no JWK Set of private keys"))
      return Unsealer.of({
        unseal: (sealed) => {
          const key = imported.get(checkStrictJwe(sealed) ?? "")
          return key === undefined ? refused : decrypt(sealed, key)
        }
      })
    })
  )

/** Opens nothing: no job was sealed for a deployment that has no key. */
export const layerWithoutKeys: Layer.Layer<Unsealer> = Layer.sync(Unsealer, () => ({ unseal: () => refused }))

const importKey = (key: SealKey): Effect.Effect<readonly [string, CryptoKey]> =>
  Effect.map(
    Effect.promise(() =>
      crypto.subtle.importKey("jwk", Redacted.value(privateJwk(key)), { name: "ECDH", namedCurve: "P-256" }, false, [
        "deriveBits"
      ])
    ),
    (imported) => [key.kid, imported]
  )

const options = {
  keyManagementAlgorithms: [algorithm],
  contentEncryptionAlgorithms: [encryption],
  maxDecompressedLength: 0
}

const decrypt = (sealed: string, key: CryptoKey): Effect.Effect<Redacted.Redacted, InvalidJob> =>
  Effect.tryPromise({
    try: async () => Redacted.make(utf8.decode((await compactDecrypt(sealed, key, options)).plaintext), { label: "sealed" }),
    catch: () => new InvalidJob({ reason: "sealed" })
  })

const refused = Effect.suspend(() => Effect.fail(new InvalidJob({ reason: "sealed" })))
