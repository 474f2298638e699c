import { Effect, Layer } from "effect"
import { backoff } from "../../src/domain/backoff.ts"
import type { Recorded } from "../../src/domain/Outcome.ts"
import type { UserId } from "../../src/domain/UserId.ts"
import { Inbox } from "../../src/services/Inbox.ts"
import * as InboxMemory from "../../src/testing/InboxMemory.ts"
import { LedgerMemory } from "../../src/testing/LedgerMemory.ts"
import { callIn } from "./call.ts"
import type { Boundary } from "./faults.ts"
import type { Process } from "./Process.ts"
import type { World } from "./World.ts"

/** The ledger's inbox, as a process reaches it: it waits for MySQL without end. */
export const makeInbox = (world: World, process: Process): Inbox["Service"] => {
  const { tables } = world
  const memory = InboxMemory.layer.pipe(Layer.provide(Layer.succeed(LedgerMemory, tables)))
  const inbox = Effect.runSync(Effect.provide(Inbox, memory))
  const ask = <A>(boundary: Boundary, userId: UserId, about: (recorded: Recorded) => boolean, effect: Effect.Effect<A>) =>
    callIn(world, {
      process,
      boundary,
      jobIds: () =>
        [...tables.outcomes.values()]
          .filter((recorded) => recorded.userId === userId && about(recorded))
          .map(({ jobId }) => jobId),
      effect,
      errors: { away: () => "away" as const }
    }).pipe(Effect.retry({ schedule: backoff }), Effect.orDie)
  const isUnheard = ({ identity }: Recorded) => !tables.delivered.has(identity)

  return {
    last: (userId) => ask("last", userId, () => true, inbox.last(userId)),
    after: (userId, after) => ask("after", userId, ({ position }) => position > after, inbox.after(userId, after)),
    unheard: (userId, after) =>
      ask("unheard", userId, (recorded) => recorded.position > after && isUnheard(recorded), inbox.unheard(userId, after)),
    received: (userId, upTo) =>
      ask("received", userId, (recorded) => recorded.position <= upTo && isUnheard(recorded), inbox.received(userId, upTo)),
    behind: inbox.behind
  }
}
