import { createClientAsync, type IHttpClient } from "soap"
import { encryptWsdl } from "../../../src/domain/encryptWsdl.ts"

/** Makes a reader of answers that is `soap` itself: what it reads, or nothing where it does not understand. */
export const makeSoapReader = async () => {
  let answer: ((body: string) => void) | undefined
  const transport: IHttpClient = {
    request: (_url, _data, callback) => {
      answer = (body) => callback(null, { status: 200, headers: {}, data: body }, body)
      return undefined as never
    }
  }
  const client = await createClientAsync(encryptWsdl, { endpoint: "http://127.0.0.1/", httpClient: transport })
  return (body: string): unknown => {
    let read: unknown
    client["Encrypt"]({ _xml: "<x/>" }, (error: unknown, result: unknown) => (read = error ? undefined : result))
    try {
      answer?.(body)
    } catch {
      return undefined
    }
    return read
  }
}
