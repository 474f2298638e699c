import { type Context, Effect } from "effect"
import type { MemoryQueue } from "../../src/testing/MemoryQueue.ts"
import type { Client } from "./clients.ts"
import type { Hub } from "./hub.ts"
import { type PlannedJob, stranger, users } from "./plan.ts"
import type { World } from "./World.ts"

/** Adds a job when its time has come. */
export const produce = (world: World, queue: Context.Service.Shape<typeof MemoryQueue>, job: PlannedJob): Effect.Effect<void> =>
  Effect.gen(function* () {
    const id = yield* queue.add(job.data, job.options)
    world.jobs.set(id, job)
    world.trace.push(`${world.now()} producer adds ${id} ${job.kind} of ${job.userId}`)
  }).pipe(Effect.delay(job.at))

/**
 * The users' pages: of one user a page that keeps its position, of another one that does not, of the one without an account one of
 * each. They lose their connection now and then, and come back.
 */
export const makeClients = (world: World, hub: Hub): ReadonlyArray<Client> => {
  const clients = [...users, stranger].flatMap((userId, index) =>
    [true, false]
      .filter((keepsPosition) => index === 2 || keepsPosition === (index === 0))
      .map((keepsPosition): Client => ({ userId, keepsPosition, heard: [], position: 0 }))
  )
  for (const client of clients) world.spawn(Effect.delay(live(world, hub, client), world.dice.between(0, 5000)))
  return clients
}

const live = ({ dice, weather }: World, hub: Hub, client: Client): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let losses = dice.between(1, 3); ; losses--) {
      const connection = hub.connect(client)
      if (connection !== undefined) {
        yield* losses <= 0 || weather.isCalm()
          ? connection.closed
          : Effect.raceFirst(connection.closed, Effect.sleep(dice.between(100, 8000)))
        connection.close()
      }
      yield* Effect.sleep(dice.between(100, 2000))
    }
  })
