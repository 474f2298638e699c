import { Effect, Layer } from "effect"
import { io, type Socket } from "socket.io-client"
import { type Profile, toProfile } from "../../domain/ProfileResponse.ts"
import { Notifier } from "../../services/Notifier.ts"
import { Readiness } from "../../services/Readiness.ts"

/** Where the hub is (`PORT_MESSAGES_USERS` as a URL). */
export interface NotifierRelayOptions {
  readonly url: string
}

/**
 * Announces on a hub elsewhere, as a client of it that emits `Profile` (README, wire contract 5). It never waits: what is announced
 * while the hub is away waits in this process, in its order, and the hub is called again for ever.
 */
export const layer = ({ url }: NotifierRelayOptions): Layer.Layer<Notifier, never, Readiness> =>
  Layer.effect(
    Notifier,
    Effect.gen(function* () {
      const readiness = yield* Readiness
      const hub = yield* Effect.acquireRelease(
        Effect.sync(() => connect(url)),
        leave
      )
      reportHealth(hub, Effect.runForkWith(yield* Effect.context<never>()))
      const isConnected = Effect.suspend(() => (hub.connected ? Effect.void : Effect.fail("the messages hub does not answer")))
      yield* readiness.register("hub", isConnected)

      return Notifier.of({
        announce: (recorded) =>
          Effect.sync(() => {
            if (recorded.userId !== undefined) hub.emit("Profile", toProfile(recorded.userId, recorded))
          })
      })
    })
  )

/** What a hub elsewhere is told. */
export interface ToHub {
  readonly Profile: (profile: Profile) => void
}

type Hub = Socket<Record<never, never>, ToHub>

const connect = (url: string): Hub =>
  io(url, { forceNew: true, reconnectionDelay: 500, reconnectionDelayMax: 5000, timeout: 5000 })

const reportHealth = (hub: Hub, run: (log: Effect.Effect<void>) => unknown) => {
  let away = false
  const turn = (now: boolean, log: Effect.Effect<void>) => {
    if (away !== now) run(log)
    away = now
  }
  const isAway = () => turn(true, Effect.logWarning("the messages hub is away: outcomes wait for it here"))
  hub.on("connect", () => turn(false, Effect.logInfo("the messages hub answers again")))
  hub.on("connect_error", isAway)
  hub.on("disconnect", isAway)
}

const leave = (hub: Hub): Effect.Effect<void> =>
  Effect.gen(function* () {
    hub.off("disconnect").off("connect_error")
    const untold = hub.sendBuffer.length
    if (untold > 0) yield* Effect.logWarning(`the messages hub is away: outcomes not told: ${untold}; the ledger has them`)
    if (hub.connected) yield* flush(hub).pipe(Effect.timeoutOption("2 seconds"))
    hub.disconnect()
  })

/**
 * Closes the connection once all that was emitted is out. Saying goodbye first would lose some of it: a Socket.IO server drops the
 * events that it reads together with the goodbye.
 */
const flush = (hub: Hub): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const { engine } = hub.io
    engine.once("close", () => resume(Effect.void))
    engine.close()
  })
