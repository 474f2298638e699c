import { Effect, Layer, Redacted } from "effect"
import { Encryptor } from "../services/Encryptor.ts"

type Encrypt = Encryptor["Service"]["encrypt"]

/** An encryptor that puts values into base64, unless another behaviour is given. */
export const layer = (encrypt: Encrypt = toBase64): Layer.Layer<Encryptor> => Layer.succeed(Encryptor, { encrypt })

const toBase64: Encrypt = ({ phone, password }) => Effect.succeed({ phone: base64(phone), password: base64(password) })

const base64 = (text: Redacted.Redacted) => Redacted.make(Buffer.from(Redacted.value(text)).toString("base64"))
