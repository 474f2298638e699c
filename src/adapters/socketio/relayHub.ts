import { Effect, type Scope } from "effect"
import { io, type Socket } from "socket.io-client"
import type { Profile } from "../../domain/ProfileResponse.ts"

/** What a hub elsewhere is told. */
export interface ToHub {
  readonly Profile: (profile: Profile) => void
}

/** A connection to a hub elsewhere, which it opens again for ever. */
export type RelayHub = Socket<Record<never, never>, ToHub>

/** Calls the hub at this URL, and says in the log when it is away and when it answers. The connection is flushed as the scope closes. */
export const openRelayHub = (url: string): Effect.Effect<RelayHub, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => io(url, { forceNew: true, reconnectionDelay: 500, reconnectionDelayMax: 2000, timeout: 5000 })),
    leave
  ).pipe(Effect.tap((hub) => Effect.map(Effect.context<never>(), (context) => reportHealth(hub, Effect.runForkWith(context)))))

const reportHealth = (hub: RelayHub, run: (log: Effect.Effect<void>) => unknown) => {
  let away = false
  const turn = (now: boolean, log: Effect.Effect<void>) => {
    if (away !== now) run(log)
    away = now
  }
  const isAway = () => turn(true, Effect.logWarning("the messages hub is away: outcomes wait for it in the ledger"))
  hub.on("connect", () => turn(false, Effect.logInfo("the messages hub answers again")))
  hub.on("connect_error", isAway)
  hub.on("disconnect", isAway)
}

const leave = (hub: RelayHub): Effect.Effect<void> =>
  Effect.gen(function* () {
    hub.off("disconnect").off("connect_error")
    if (hub.connected) yield* flush(hub).pipe(Effect.timeoutOption("2 seconds"))
    hub.disconnect()
  })

/**
 * Closes the connection once all that was emitted is out. Saying goodbye first would lose some of it: a Socket.IO server drops the
 * events that it reads together with the goodbye.
 */
const flush = (hub: RelayHub): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const { engine } = hub.io
    engine.once("close", () => resume(Effect.void))
    engine.close()
  })
