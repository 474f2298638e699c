import { Effect, Exit, Fiber, Layer, Scope } from "effect"
import type { Process } from "./Process.ts"
import type { World } from "./World.ts"

/**
 * Keeps a process running, as an orchestrator does: one that was killed is started again after a while, and now and then one is told
 * to leave, which closes its scope.
 */
export const keepRunning = <A>(
  world: World,
  name: string,
  layer: (process: Process) => Layer.Layer<A>,
  mayLeave: () => boolean
): Effect.Effect<void> => {
  const live = (generation: number): Effect.Effect<void> =>
    Effect.gen(function* () {
      const process = world.begin(`${name}.${generation}`)
      const scope = Scope.makeUnsafe()
      world.runIn(process, Layer.buildWithScope(layer(process), scope))
      yield* mayLeave() ? Effect.raceFirst(process.killed, Effect.sleep(world.dice.between(300, 4000))) : process.killed
      if (process.isAlive()) {
        world.trace.push(`${world.now()} ${process.name} leaves`)
        const leaving = world.runIn(process, Scope.close(scope, Exit.void))
        yield* Effect.raceFirst(process.killed, Fiber.await(leaving))
        process.kill()
      }
      yield* Effect.sleep(world.dice.between(300, 3000))
      yield* live(generation + 1)
    })
  return live(1)
}
