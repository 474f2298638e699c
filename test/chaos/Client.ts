import { Effect, type Redacted, type Scope } from "effect"
import { io, type Socket } from "socket.io-client"
import { roomOf } from "../../src/domain/ProfileResponse.ts"
import { UserId } from "../../src/domain/UserId.ts"
import { issueToken } from "../../src/local/TokenIssuer.ts"

/** What a client heard as `Profile_Response`; a hub that is elsewhere says only the first two. */
export interface Heard {
  readonly Status: boolean
  readonly Message: string
  readonly NotificationId?: string
  readonly JobId?: string
  readonly Position?: number
}

/** All that one user's client heard, over all its connections. */
export interface Transcript {
  readonly userId: string
  readonly heard: ReadonlyArray<Heard>
}

/** A user's client. It keeps its position, and comes back by itself, to the next hub each time. */
export interface Client extends Transcript {
  /** Leaves its hub for the next one. */
  readonly move: () => void
}

/** Connects a client until the scope closes. It does not wait for the connection. */
export const openClient = Effect.fnUntraced(function* (
  userId: string,
  secret: Redacted.Redacted,
  hubUrls: readonly [string, ...ReadonlyArray<string>]
): Effect.fn.Return<Client, never, Scope.Scope> {
  const token = yield* issueToken(secret, userId, { lifetime: 7200 })
  const roaming = yield* Effect.acquireRelease(
    Effect.sync(() => new Roaming(userId, token, hubUrls)),
    (roaming) => Effect.sync(() => roaming.leave())
  )
  return { userId, heard: roaming.heard, move: () => roaming.move() }
})

class Roaming {
  readonly heard: Array<Heard> = []
  readonly #userId: string
  readonly #token: string
  readonly #hubUrls: readonly [string, ...ReadonlyArray<string>]
  #turn = 0
  #hasLeft = false
  #position: number | undefined
  #socket: Socket

  constructor(userId: string, token: string, hubUrls: readonly [string, ...ReadonlyArray<string>]) {
    this.#userId = userId
    this.#token = token
    this.#hubUrls = hubUrls
    this.#socket = this.#connect()
  }

  move() {
    if (this.#hasLeft) return
    this.#socket.off().disconnect()
    this.#turn++
    this.#socket = this.#connect()
  }

  leave() {
    this.#hasLeft = true
    this.#socket.off().disconnect()
  }

  #connect() {
    const url = this.#hubUrls[this.#turn % this.#hubUrls.length] ?? this.#hubUrls[0]
    const after = this.#position === undefined ? {} : { after: this.#position }
    const socket = io(url, { auth: { token: this.#token, ...after }, forceNew: true, reconnection: false, timeout: 5000 })
    const moveSoon = () => void setTimeout(() => this.#socket === socket && this.move(), 200)
    socket.on("connect", () => socket.emit("joinRoom", roomOf(UserId.make(this.#userId))))
    socket.on("disconnect", moveSoon)
    socket.on("connect_error", moveSoon)
    socket.on("Profile_Response", (response: Heard) => {
      this.heard.push(response)
      this.#position = response.Position ?? this.#position
    })
    socket.on("Profile_Position", ({ Position }: { readonly Position: number }) => void (this.#position = Position))
    return socket
  }
}
