import { Effect } from "effect"
import { createClientAsync, type IHttpClient } from "soap"
import { encryptWsdl } from "../../domain/encryptWsdl.ts"

/** What is posted for a request: it is the same for all but for the request itself. */
export interface Envelope {
  readonly headers: Readonly<Record<string, string>>
  readonly around: (request: string) => string
}

/**
 * Has `soap` put a request into an envelope by the WSDL, once. It believes that it posts, but its transport only takes note of what it
 * was given; a mark stands where each job's request will. No value of a job ever comes near it.
 */
export const makeEnvelope = (endpoint: string): Effect.Effect<Envelope> =>
  Effect.promise(async () => {
    let posted: { readonly data: string; readonly headers: Readonly<Record<string, string>> } | undefined
    const transport: IHttpClient = {
      request: (_url, data, _callback, headers) => {
        posted = { data: String(data), headers: { ...headers } as Record<string, string> }
        // The type asks for axios' promise, which soap never looks at.
        return undefined as never
      }
    }
    const client = await createClientAsync(encryptWsdl, { endpoint, httpClient: transport })
    client["Encrypt"]({ _xml: mark }, () => undefined)
    const [before, behind, ...more] = posted?.data.split(mark) ?? []
    if (posted === undefined || before === undefined || behind === undefined || more.length > 0)
      throw new Error("soap made no envelope")
    return { headers: posted.headers, around: (request) => before + request + behind }
  })

const mark = "<request/>"
