import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { Effect, type Scope } from "effect"
import { type Encryption, listen } from "./Encryption.ts"
import { type LocalStackError } from "./LocalStackError.ts"

/** `port` 0, the default, is any free one. `onRequest` sees each body as it came. */
export interface EncryptionLiteralOptions {
  readonly port?: number
  readonly onRequest?: (body: string) => void
}

/**
 * The encryption service as it is deployed today (README, wire contract 3): it finds the two values by the literal text `<phone>`
 * and `<password>`, undoes no XML escapes, and encrypts by AES-256-CFB with one initialisation vector.
 */
export const serveEncryptionLiteral = ({ port = 0, onRequest }: EncryptionLiteralOptions = {}): Effect.Effect<
  Encryption,
  LocalStackError,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const key = randomBytes(32)
    const iv = randomBytes(16)
    const encrypt = (text: string) => {
      const cipher = createCipheriv("aes-256-cfb", key, iv)
      return Buffer.concat([cipher.update(text, "utf8"), cipher.final()]).toString("base64")
    }
    const server = createServer((request, response) => void answer(request, response, encrypt, onRequest))
    const taken = yield* listen(server, port)
    return {
      port: taken,
      url: `http://127.0.0.1:${taken}/`,
      decrypt: (base64) => {
        const decipher = createDecipheriv("aes-256-cfb", key, iv)
        return Buffer.concat([decipher.update(base64, "base64"), decipher.final()]).toString("utf8")
      }
    }
  })

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  encrypt: (text: string) => string,
  onRequest?: (body: string) => void
) => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString("utf8")
  onRequest?.(body)
  response.writeHead(200, { "content-type": "text/xml; charset=utf-8" })
  response.end(
    `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
      `<EncryptResponse xmlns="http://encrypt.com/"><EncryptedPhone>${encrypt(cut(body, "phone"))}</EncryptedPhone>` +
      `<EncryptedPassword>${encrypt(cut(body, "password"))}</EncryptedPassword></EncryptResponse></soap:Body></soap:Envelope>`
  )
}

const cut = (body: string, name: string) => {
  const [, rest = ""] = body.split(`<${name}>`, 2)
  return rest.split(`</${name}>`, 1)[0] ?? ""
}
