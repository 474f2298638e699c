import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { createServer } from "node:http"
import { Effect, type Scope } from "effect"
import { Server, WSDL } from "soap"
import { type Encryption, listen } from "./Encryption.ts"
import { encryptWsdl } from "../domain/encryptWsdl.ts"
import { type LocalStackError } from "./LocalStackError.ts"

/** An encryption service that can be told to fail: while `failing` is true it answers with a SOAP fault. */
export interface EncryptionGcm extends Encryption {
  readonly setFailing: (failing: boolean) => void
}

/**
 * The local stack's encryption service: real SOAP by the WSDL, AES-256-GCM with a key of its own for each start, unless one of 32
 * bytes is given. A ciphertext is base64 of IV (12 bytes), text and tag (16 bytes). It listens on 127.0.0.1 unless `host` says otherwise.
 */
export const serveEncryptionGcm = ({ port = 0, host = "127.0.0.1", key = randomBytes(32) } = {}): Effect.Effect<
  EncryptionGcm,
  LocalStackError,
  Scope.Scope
> =>
  Effect.gen(function* () {
    let failing = false
    const encrypt = ({ phone, password }: { readonly phone: string; readonly password: string }) => {
      if (failing) throw fault
      return { EncryptedPhone: seal(key, phone), EncryptedPassword: seal(key, password) }
    }
    const server = createServer((_, response) => void response.writeHead(404).end())
    const taken = yield* listen(server, port, host)
    yield* Effect.sync(() => new Server(server, "/", { EncryptService: { EncryptPort: { Encrypt: encrypt } } }, description()))
    return {
      port: taken,
      url: `http://127.0.0.1:${taken}/`,
      decrypt: (base64) => unseal(key, base64),
      setFailing: (now) => void (failing = now)
    }
  })

const description = () => {
  const wsdl = new WSDL(encryptWsdl, "", {})
  // soap.listen cannot be told to leave spaces at both ends of a value alone.
  wsdl.options.preserveWhitespace = true
  return wsdl
}

const fault = { Fault: { faultcode: "soap:Server", faultstring: "the key store is closed", statusCode: 200 } }

const seal = (key: Buffer, text: string) => {
  const iv = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", key, iv)
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64")
}

const unseal = (key: Buffer, base64: string) => {
  const bytes = Buffer.from(base64, "base64")
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8")
}
