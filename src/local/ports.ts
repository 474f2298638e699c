import { createServer } from "node:net"
import { Effect } from "effect"

const lowest = 15_000
const highest = 32_000

/**
 * A port of 127.0.0.1 that nothing listens on just now. It is drawn below the range from which systems take ports for outgoing
 * connections, so that none of those can take it while the server that it is for is down.
 */
export const freePort: Effect.Effect<number> = Effect.suspend(() => {
  const port = lowest + Math.floor(Math.random() * (highest - lowest))
  return Effect.flatMap(isFree(port), (free) => (free ? Effect.succeed(port) : freePort))
})

const isFree = (port: number): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    const probe = createServer()
    probe.once("error", () => resume(Effect.succeed(false)))
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resume(Effect.succeed(true))))
  })
