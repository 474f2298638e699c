import { createServer } from "node:http"
import { Effect } from "effect"
import { listen } from "../../../src/local/Encryption.ts"

const answer =
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
  `<EncryptResponse xmlns="http://encrypt.com/"><EncryptedPhone>MDkxMjM0NTY3OA==</EncryptedPhone>` +
  `<EncryptedPassword>Y29ycmVjdCBob3JzZQ==</EncryptedPassword></EncryptResponse></soap:Body></soap:Envelope>`

/** An encryption service that computes nothing: each answer is the same, after so many milliseconds. Gives its URL. */
export const serveWaitingEncryption = (milliseconds: number) => {
  const server = createServer((request, response) => {
    request.resume()
    setTimeout(() => response.writeHead(200, { "content-type": "text/xml; charset=utf-8" }).end(answer), milliseconds)
  })
  return Effect.map(listen(server, 0), (port) => `http://127.0.0.1:${port}/`)
}
