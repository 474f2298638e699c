import { Effect, Layer, Redacted } from "effect"
import type { EncryptionFailed } from "../domain/Errors.ts"
import { type Credentials, Encryptor } from "../services/Encryptor.ts"
import { makeScript, type Script } from "./Script.ts"
import { whileAway } from "./whileAway.ts"

type Encrypt = Encryptor["Service"]["encrypt"]

/** What the encryption service answers, in turn. While it says that it is away, the mock tries again, as the real one does. */
export type EncryptScript = Script<Parameters<Encrypt>, Credentials, EncryptionFailed>

/** Writes an {@link EncryptScript}. */
export const script = makeScript<Parameters<Encrypt>, Credentials, EncryptionFailed>

/** An encryptor that puts values into base64, unless a script or another method is given. */
export const layer = (encrypt: Encrypt | EncryptScript = toBase64): Layer.Layer<Encryptor> =>
  Layer.succeed(Encryptor, { encrypt: typeof encrypt === "function" ? encrypt : whileAway(encrypt.over(toBase64)) })

const toBase64: Encrypt = ({ phone, password }) => Effect.succeed({ phone: base64(phone), password: base64(password) })

const base64 = (text: Redacted.Redacted) => Redacted.make(Buffer.from(Redacted.value(text)).toString("base64"))
