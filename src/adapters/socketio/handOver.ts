import { Effect } from "effect"
import type { JobIdentity } from "../../domain/JobRef.ts"
import type { Recorded } from "../../domain/Outcome.ts"
import { toProfile } from "../../domain/ProfileResponse.ts"
import type { Outbox } from "../../services/Outbox.ts"
import type { RelayHub } from "./relayHub.ts"

/** How outcomes reach a hub elsewhere: at once while it is there and nothing waits, else from the ledger. */
export interface HandOver {
  /** Tells the outcome now, or leaves it to `catchUp`. */
  announce(recorded: Recorded): void
  /** Something in the ledger waits to be told. */
  wake(): void
  /** Whether something was told that the hub has not been seen to receive, or may wait in the ledger. */
  isOpen(): boolean
  /** Waits until `received` says whether the hub has what was told until now, and notes it in the ledger if so. */
  settle(received: Effect.Effect<boolean>): Effect.Effect<void>
  /** Once all that was told is settled: tells what waits in the ledger, a page at a time, then what was announced meanwhile. */
  readonly catchUp: Effect.Effect<void>
}

/** How many outcomes are kept in memory, and how many of them are read from the ledger at a time. */
export interface HandOverLimits {
  readonly memory: number
  readonly page: number
}

/**
 * What was told on a connection is kept until the hub has been seen to receive it, and forgotten with the connection: what was not noted
 * as received is then told again from the ledger, each user's outcomes by position.
 */
export const makeHandOver = (hub: RelayHub, { told, untold }: Outbox["Service"], limits: HandOverLimits): HandOver => {
  let unproven = new Map<JobIdentity, Recorded>()
  let meanwhile: Array<Recorded> | undefined
  let behind = true

  const wake = () => void (behind = true)
  const emit = (recorded: Recorded) => {
    if (recorded.userId === undefined || unproven.has(recorded.identity)) return
    hub.emit("Profile", toProfile(recorded.userId, recorded))
    unproven.set(recorded.identity, recorded)
  }
  hub.on("disconnect", () => {
    unproven = new Map()
    hub.sendBuffer.length = 0
    wake()
  })
  const hasRoom = () => unproven.size + (meanwhile?.length ?? 0) < limits.memory
  const stopReading = () => {
    const late = meanwhile ?? []
    meanwhile = undefined
    return late
  }

  return {
    announce: (recorded) => {
      if (behind || !hub.connected || !hasRoom()) wake()
      else if (meanwhile === undefined) emit(recorded)
      else meanwhile.push(recorded)
    },
    wake,
    isOpen: () => behind || unproven.size > 0,
    settle: Effect.fnUntraced(function* (received) {
      const sent = unproven
      const identities = [...sent.keys()]
      if (!(yield* received) || identities.length === 0) return
      yield* told(identities)
      for (const identity of identities) sent.delete(identity)
    }),
    catchUp: Effect.gen(function* () {
      if (!behind || !hub.connected || unproven.size > 0) return
      behind = false
      meanwhile = []
      const page = yield* untold(limits.page).pipe(Effect.onInterrupt(() => Effect.sync(() => (wake(), stopReading()))))
      const late = stopReading()
      if (!hub.connected) return wake()
      page.forEach(emit)
      if (page.length === limits.page) wake()
      if (!behind) late.forEach(emit)
    })
  }
}
