import { Effect, Layer, Schedule } from "effect"
import type { Recorded } from "../../src/domain/Outcome.ts"
import type { Inbox } from "../../src/services/Inbox.ts"
import { type Client, type Connection, connectTo } from "./clients.ts"
import { makeInbox } from "./inbox.ts"
import type { Process } from "./Process.ts"
import type { World } from "./World.ts"

/** The messages hub as its clients and the workers see it. */
export interface Hub {
  /** Tells an outcome live, to whoever is connected. */
  readonly deliver: (recorded: Recorded) => void
  /** Begins a connection, if the hub is there. */
  readonly connect: (client: Client) => Connection | undefined
  /** A process that is the hub, until it dies. */
  readonly layer: (process: Process) => Layer.Layer<never>
}

/** How often the hub reads what it may have missed, in milliseconds. */
const catchUpEvery = 5000

/** A model of the hub, which follows the same contract (README, wire contract 5); its first process is still to be started. */
export const makeHub = (world: World): Hub => {
  let current: { readonly process: Process; readonly inbox: Inbox["Service"] } | undefined
  const connections = new Set<Connection>()

  const start = (process: Process) =>
    Effect.gen(function* () {
      const inbox = makeInbox(world, process)
      current = { process, inbox }
      world.spawn(
        Effect.map(process.killed, () => {
          for (const connection of connections) if (connection.process === process) connection.close()
        })
      )
      const catchUp = Effect.suspend(() => {
        const positions = new Map([...connections].map((connection) => [connection.client.userId, connection.sent()]))
        return Effect.map(inbox.behind(positions), (late) => {
          for (const connection of connections) if (late.includes(connection.client.userId)) connection.wake()
        })
      })
      yield* catchUp.pipe(Effect.repeat(Schedule.spaced(catchUpEvery)), Effect.forkScoped)
    })

  return {
    deliver: (recorded) => {
      if (current?.process.isAlive() !== true) return
      for (const connection of connections) if (connection.client.userId === recorded.userId) connection.hear(recorded)
    },
    connect: (client) => {
      if (current?.process.isAlive() !== true) return undefined
      const { inbox, process } = current
      const connection = connectTo(world, process, inbox, client, () => connections.delete(connection))
      connections.add(connection)
      return connection
    },
    layer: (process) => Layer.effectDiscard(start(process))
  }
}
