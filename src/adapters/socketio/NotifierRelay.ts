import { Clock, type Duration, Effect, Layer, Option, Schedule } from "effect"
import { Notifier } from "../../services/Notifier.ts"
import { Outbox } from "../../services/Outbox.ts"
import { Readiness } from "../../services/Readiness.ts"
import { type HandOver, makeHandOver } from "./handOver.ts"
import { openRelayHub, type RelayHub } from "./relayHub.ts"
import { signOfLife } from "./relaySign.ts"

/** Where the hub is (`PORT_MESSAGES_USERS` as a URL). `silence`, 7 s, is how long it may leave a question open before it is called anew. */
export interface NotifierRelayOptions {
  readonly url: string
  readonly silence?: Duration.Input
}

/**
 * Announces on a hub elsewhere, as a client of it that emits `Profile` (README, wire contract 5). It never waits: what is announced
 * while the hub is away waits in the ledger, the hub is called again for ever, and what it may not have received is told again. What a
 * process that was killed had to tell is told by another one.
 */
export const layer = (options: NotifierRelayOptions): Layer.Layer<Notifier, never, Outbox | Readiness> =>
  Layer.effect(
    Notifier,
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const readiness = yield* Readiness
      yield* outbox.beat
      const hub = yield* openRelayHub(options.url)
      const handOver = makeHandOver(hub, outbox, { memory: 10_000, page: 1000 })
      const turn = makeTurn(hub, handOver, options.silence ?? "7 seconds")
      yield* Effect.addFinalizer(() => finish(hub, handOver, turn, outbox))

      const beat = Effect.map(outbox.beat, (tookOver) => (tookOver ? handOver.wake() : undefined))
      yield* Effect.forkScoped(Effect.repeat(beat, Schedule.spaced("2 seconds")))
      yield* Effect.forkScoped(Effect.repeat(turn, Schedule.spaced("100 millis")))
      const isConnected = Effect.suspend(() => (hub.connected ? Effect.void : Effect.fail("the messages hub does not answer")))
      yield* readiness.register("hub", isConnected)
      return Notifier.of({ announce: (recorded) => Effect.sync(() => handOver.announce(recorded)) })
    })
  )

const idle = 4000

/**
 * Settles what was told and tells what waits. A hub that has nothing to receive is asked for a sign of life every four seconds; one that
 * has answered before and is silent is taken for dead, and one that sent us away is called again.
 */
const makeTurn = (hub: RelayHub, handOver: HandOver, silence: Duration.Input): Effect.Effect<void> => {
  let answers = false
  let lastSign = 0
  const received = Effect.gen(function* () {
    const sign = yield* signOfLife(hub).pipe(Effect.timeoutOption(answers ? silence : "1 day"))
    lastSign = yield* Clock.currentTimeMillis
    if (Option.isNone(sign)) hub.disconnect()
    answers ||= Option.contains(sign, "answered")
    return Option.exists(sign, (shown) => shown !== "lost")
  })
  const callAgain = Effect.sync(() => void hub.connect())
  return Effect.gen(function* () {
    if (!hub.active) return yield* Effect.delay(callAgain, "1 second")
    const isDue = handOver.isOpen() || (yield* Clock.currentTimeMillis) - lastSign > idle
    if (!hub.connected || !isDue) return
    yield* handOver.settle(received)
    yield* handOver.catchUp
  })
}

const finish = Effect.fnUntraced(function* (
  hub: RelayHub,
  handOver: HandOver,
  turn: Effect.Effect<void>,
  { leave }: Outbox["Service"]
) {
  const last = Effect.repeat(turn, { while: () => handOver.isOpen() && hub.connected })
  if (hub.connected) yield* Effect.timeoutOption(last, "2 seconds")
  yield* Effect.timeoutOption(leave, "2 seconds")
  if (handOver.isOpen()) yield* Effect.logWarning(untold)
})

const untold = "the messages hub is away: what it was not told is in the ledger, and another worker tells it"
