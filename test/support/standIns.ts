import { Effect } from "effect"
import { body as response, envelope } from "../adapters/soap/answers.ts"
import { keySetOf, type SigningKey } from "./issuer.ts"
import { httpServer } from "./localServer.ts"

/** One request that a stand-in for a neighbour received, and when, in milliseconds since 1970. */
export interface Asked {
  readonly at: number
  readonly body: string
}

/**
 * A stand-in for a neighbour over HTTP that can be away, as `isAway` says of the number of a request, counted from 1: it then answers 503.
 * Any other answer takes `takes` milliseconds; `atOnce` is the most that it was answering at the same time since it was last reset.
 */
const standIn = Effect.fnUntraced(function* (good: (body: string) => { readonly status: number; readonly body: string }) {
  const asked: Array<Asked> = []
  const state: State = { isAway: () => false, takes: 5, atOnce: 0 }
  let answering = 0
  const server = yield* httpServer((response, { body }) => {
    const number = asked.push({ at: Date.now(), body })
    if (state.isAway(number)) return void response.writeHead(503).end()
    state.atOnce = Math.max(state.atOnce, ++answering)
    setTimeout(() => {
      answering--
      const answer = good(body)
      response.writeHead(answer.status).end(answer.body)
    }, state.takes)
  })
  return { url: server.url, asked, state }
})

interface State {
  isAway: (number: number) => boolean
  takes: number
  atOnce: number
}

/** An encryption service (README, wire contract 3) with one answer for all. */
export const encryption = standIn(() => ({ status: 200, body: envelope(response()) }))

/** A token service (README, wire contract 2) that believes each token that can be read. */
export const tokenService = standIn((body) => {
  const payload = /"Token":"[^".]*\.([^".]+)\./u.exec(body)?.[1]
  if (payload === undefined) return { status: 401, body: `{"Status":false,"Response":"Invalid token"}` }
  return { status: 200, body: `{"Status":true,"Response":"Valid token","Id":${Buffer.from(payload, "base64url").toString()}}` }
})

/** An issuer of these keys. */
export const issuer = (...keys: ReadonlyArray<SigningKey>) => standIn(() => ({ status: 200, body: keySetOf(...keys) }))
