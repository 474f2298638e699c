import { Effect, Schema } from "effect"
import { type Client, createClientAsync, type IHttpClient } from "soap"
import { encryptWsdl } from "../../domain/encryptWsdl.ts"

/** One call: what is to be posted, and how to read the body of the answer. */
export interface Call {
  readonly headers: Readonly<Record<string, string>>
  readonly envelope: string
  /** What the answer says. Fails, without a reason, for an answer that `soap` does not understand. */
  readonly read: (body: string) => Effect.Effect<EncryptResponse, "unreadable">
}

const EncryptResponse = Schema.Struct({ EncryptedPhone: Schema.String, EncryptedPassword: Schema.String })
type EncryptResponse = typeof EncryptResponse.Type

/**
 * Puts requests into envelopes and reads answers by the WSDL. `soap` believes that it posts, but its transport only takes note of
 * what it was given: posting is up to the caller. Nothing of a call stays in it.
 */
export const makeSoapClient = (endpoint: string): Effect.Effect<(request: string) => Call> =>
  Effect.map(
    Effect.promise(() => createClientAsync(encryptWsdl, { endpoint, httpClient: transport })),
    (client) => (request) => {
      const outcome: { error?: unknown; result?: unknown } = {}
      client["Encrypt"]({ _xml: request }, (error: unknown, result: unknown) => Object.assign(outcome, { error, result }))
      const { data, headers, answer } = takePosted()
      forget(client)
      return {
        headers,
        envelope: data,
        read: (body) =>
          Effect.try({
            try: () => {
              answer(body)
              forget(client)
              return outcome.error ? undefined : outcome.result
            },
            catch: () => "unreadable" as const
          }).pipe(
            Effect.flatMap(decode),
            Effect.mapError(() => "unreadable" as const)
          )
      }
    }
  )

const decode = Schema.decodeUnknownEffect(EncryptResponse)

interface Posted {
  readonly data: string
  readonly headers: Readonly<Record<string, string>>
  readonly answer: (body: string) => void
}

let posted: Posted | undefined

const takePosted = (): Posted => {
  const taken = posted
  posted = undefined
  if (taken === undefined) throw new Error("soap posted nothing")
  return taken
}

const transport: IHttpClient = {
  request: (_url, data, callback, headers) => {
    const answer = (body: string) => callback(null, { status: 200, headers: {}, data: body }, body)
    posted = { data: String(data), headers: { ...headers } as Record<string, string>, answer }
    // The type asks for axios' promise, which soap never looks at.
    return undefined as never
  }
}

const forget = (client: Client) =>
  Object.assign(client, { lastRequest: null, lastMessage: null, lastRequestHeaders: null, lastResponse: null })
