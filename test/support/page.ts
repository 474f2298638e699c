import { Effect, type Scope } from "effect"
import { io, type Socket } from "socket.io-client"
import { issueToken } from "../../src/local/TokenIssuer.ts"
import { type Heard, secret } from "./deployment.ts"
import { until } from "./until.ts"

/** A page that comes back by itself and keeps the position that it has seen, unless it is told not to. */
export interface Page {
  readonly socket: Socket
  readonly heard: ReadonlyArray<Heard>
  readonly positions: () => ReadonlyArray<number>
  /** The positions that ended a replay. */
  readonly replays: ReadonlyArray<number>
  readonly disconnects: ReadonlyArray<string>
  readonly hears: (count: number) => Effect.Effect<void>
  readonly replayed: (count: number) => Effect.Effect<void>
}

/** Opens a page of a user on a hub, without waiting for it. Gone with the scope. */
export const open = (
  hubUrl: string,
  id: string,
  { keeps = true, after }: { readonly keeps?: boolean; readonly after?: number } = {}
): Effect.Effect<Page, never, Scope.Scope> =>
  Effect.gen(function* () {
    const token = yield* issueToken(secret, id)
    let position = after
    const heard: Array<Heard> = []
    const replays: Array<number> = []
    const disconnects: Array<string> = []
    const auth = (answer: (auth: object) => void) => answer({ token, ...(position === undefined ? {} : { after: position }) })
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => io(hubUrl, { auth, forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 500 })),
      (socket) => Effect.sync(() => socket.disconnect())
    )
    const keep = (seen: number) => (keeps ? (position = seen) : undefined)
    socket.on("Profile_Response", (response: Heard & { readonly Position: number }) => {
      heard.push(response)
      keep(response.Position)
    })
    socket.on("Profile_Position", ({ Position }: { readonly Position: number }) => {
      replays.push(Position)
      keep(Position)
    })
    socket.on("disconnect", (reason) => disconnects.push(reason))
    return {
      socket,
      heard,
      positions: () => heard.map(({ Position }) => Position ?? 0),
      replays,
      disconnects,
      hears: (count) => atLeast(heard, count),
      replayed: (count) => atLeast(replays, count)
    }
  })

const atLeast = (list: ReadonlyArray<unknown>, count: number) =>
  Effect.asVoid(
    until(
      Effect.sync(() => list.length),
      (length) => length >= count
    )
  )
