import type { ServerResponse } from "node:http"
import { Effect } from "effect"
import { httpServer } from "./localServer.ts"

/** What must be found nowhere. The names carry what each encoding treats in a way of its own, and a part that none does. */
export const canaries = {
  Phone: "+99 (881) 7766-55",
  Password: `canary-pass <&> "x" 🔑 é`,
  PasswordCore: "canary-pass",
  Username: `canary-name <&> "x" é`,
  UsernameCore: "canary-name",
  Image: "canary-image.jpg",
  PhoneCipher: Buffer.from("canary-cipher-of-phone").toString("base64"),
  PasswordCipher: Buffer.from("canary-cipher-of-password").toString("base64"),
  CipherCore: "canary-cipher"
} as const

/** How the encryption service behaves with a password that ends in this word. Those that may be tried again end with the deadline. */
export const misbehaviours = {
  "a fault": (response, text) =>
    response.end(envelope(`<soap:Fault><faultcode>x</faultcode><faultstring>${text}</faultstring></soap:Fault>`)),
  "fault 500": (response, text) => response.writeHead(500, text).end(`<soap:Fault>${text}</soap:Fault>`),
  overload: (response, text) => response.writeHead(503, { "retry-after": "1", "x-said": text }).end(text),
  html: (response, text) => response.end(`<html>${text}</html>`),
  json: (response, text) => response.end(JSON.stringify({ text })),
  redirect: (response, text) => response.writeHead(307, { location: `http://127.0.0.1:1/${text}` }).end(),
  cut: (response) => response.destroy(),
  empty: (response) => response.end(),
  "no base64": (response, text) => response.end(answer(text, text)),
  long: (response) => response.end(answer(canaries.PhoneCipher.repeat(4), canaries.PasswordCipher.repeat(4)))
} satisfies Readonly<Record<string, (response: ServerResponse, text: string) => unknown>>

const envelope = (body: string) =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`

const answer = (phone: string, password: string) =>
  envelope(
    `<EncryptResponse xmlns="http://encrypt.com/"><EncryptedPhone>${phone}</EncryptedPhone>` +
      `<EncryptedPassword>${password}</EncryptedPassword></EncryptResponse>`
  )

/** An encryption service that says back what it was sent where it misbehaves, and keeps passwords that end in these words waiting. */
export const serveHostileEncryption = (...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const held = new Map(words.map((word) => [word, [] as Array<() => void>]))
    const server = yield* httpServer((response, { body }) => {
      const [, password = ""] = /<password>(.*)<\/password>/su.exec(body) ?? []
      const said = encodeURIComponent(password)
      const [, misbehave] = Object.entries(misbehaviours).find(([word]) => password.endsWith(word)) ?? []
      const [, waiting] = [...held].find(([word]) => password.endsWith(word)) ?? []
      const succeed = () => response.end(answer(canaries.PhoneCipher, canaries.PasswordCipher))
      if (misbehave !== undefined) misbehave(response, said)
      else if (waiting !== undefined) waiting.push(succeed)
      else succeed()
    })
    const release = (word: string) => {
      const waiting = held.get(word) ?? []
      held.delete(word)
      for (const succeed of waiting) succeed()
    }
    return { url: server.url, held: (word: string) => held.get(word)?.length ?? 0, release }
  })

/** What the producers ask to be kept. */
export const removals = [true, false, 1000, { age: 3600, count: 1000 }] as const

/** A module that leaves a promise rejected with these texts in the error, soon after it was imported. */
export const rejectingModule = (texts: ReadonlyArray<string>): string =>
  `setTimeout(() => { Promise.reject(Object.assign(new Error(${JSON.stringify(texts.join(" "))}), { sql: ${JSON.stringify(texts)} })) }, 1500)`
