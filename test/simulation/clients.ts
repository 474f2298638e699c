import { Effect, Latch } from "effect"
import type { Recorded } from "../../src/domain/Outcome.ts"
import type { UserId } from "../../src/domain/UserId.ts"
import type { Inbox } from "../../src/services/Inbox.ts"
import type { Process } from "./Process.ts"
import type { World } from "./World.ts"

/** A user's page. One that keeps its position states it each time that it connects. */
export interface Client {
  readonly userId: UserId
  readonly keepsPosition: boolean
  readonly heard: Array<Recorded>
  position: number
}

/** A client's connection to the hub, as both ends see it. */
export interface Connection {
  readonly client: Client
  readonly process: Process
  /** The position that it was sent last. */
  readonly sent: () => number
  /** Tells an outcome live, or has it looked up where something may lie before it. */
  readonly hear: (recorded: Recorded) => void
  /** Has the hub look up what the client has missed. */
  readonly wake: () => void
  readonly close: () => void
  readonly closed: Effect.Effect<void>
}

/** Connects a client: first what it has missed, then each outcome as it is recorded. Each one is acknowledged a little later. */
export const connectTo = (
  world: World,
  process: Process,
  inbox: Inbox["Service"],
  client: Client,
  onClose: () => void
): Connection => {
  const { userId } = client
  const stated = client.keepsPosition ? client.position : undefined
  const closing = Latch.makeUnsafe(false)
  const news = Latch.makeUnsafe(false)
  let isOpen = true
  let isIdle = false
  let sent = 0

  const send = (recorded: Recorded) => {
    sent = recorded.position
    if (!isOpen) return
    client.heard.push(recorded)
    client.position = recorded.position
    world.trace.push(`${world.now()} ${userId} hears ${recorded.jobId} at ${recorded.position}`)
    const acknowledge = Effect.suspend(() => (isOpen ? inbox.received(userId, recorded.position) : Effect.void))
    world.runIn(process, Effect.delay(acknowledge, world.dice.between(1, 30)))
  }
  const sendAll = (read: Inbox["Service"]["after"], last = Infinity): Effect.Effect<void> =>
    Effect.flatMap(
      Effect.suspend(() => read(userId, sent)),
      (outcomes) => {
        const due = outcomes.filter(({ position }) => position <= last)
        due.forEach(send)
        return due.length === 0 ? Effect.void : sendAll(read, last)
      }
    )
  const replay = Effect.gen(function* () {
    const last = yield* inbox.last(userId)
    const isKnown = stated !== undefined && stated <= last
    if (isKnown) sent = stated
    yield* sendAll(isKnown ? inbox.after : inbox.unheard, last)
    sent = Math.max(sent, last)
  })
  const follow: Effect.Effect<void> = Effect.gen(function* () {
    news.closeUnsafe()
    yield* sendAll(inbox.after)
    isIdle = true
    yield* news.await
    isIdle = false
    if (isOpen) yield* follow
  })
  world.runIn(process, Effect.andThen(replay, follow))

  const wake = () => void news.openUnsafe()
  return {
    client,
    process,
    sent: () => sent,
    hear: (recorded) => {
      if (recorded.position <= sent) return
      if (isIdle && recorded.position === sent + 1) send(recorded)
      else wake()
    },
    wake,
    close: () => {
      isOpen = false
      onClose()
      closing.openUnsafe()
      wake()
    },
    closed: closing.await
  }
}
