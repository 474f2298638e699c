import { Effect, Schedule, Semaphore } from "effect"
import { askRedis } from "../../src/local/redisCommand.ts"
import { query } from "../../src/local/sql.ts"
import { type Fault, isService, type PartName } from "./faults.ts"
import type { LinkMode } from "./Link.ts"
import type { Part } from "./Part.ts"
import type { Stage } from "./Stage.ts"

/** Has a fault happen and makes it good again after `lasts`. `killed` is told of each process that is killed, as it happens. */
export const makeInject = (stage: Stage, killed: (name: PartName) => Effect.Effect<void>) => {
  const locks = new Map([...stage.parts.keys()].map((name) => [name, Semaphore.makeUnsafe(1)]))

  const withPart = (name: PartName, harm: (part: Part) => Effect.Effect<void>, lasts: number) =>
    Effect.gen(function* () {
      const part = stage.parts.get(name)
      if (part === undefined) return
      yield* harm(part).pipe(Effect.andThen(Effect.sleep(`${lasts} seconds`)), Effect.ensuring(part.heal))
    }).pipe(locks.get(name)?.withPermit ?? ((effect) => effect))

  const onLink = ({ kind, target }: Extract<Fault, { readonly kind: keyof typeof modes }>, lasts: number) =>
    Effect.sync(() => stage.links.get(target)?.set(modes[kind])).pipe(
      Effect.andThen(Effect.sleep(`${lasts} seconds`)),
      Effect.ensuring(Effect.sync(() => stage.links.get(target)?.set({ kind: "pass" })))
    )

  return (fault: Fault, lasts: number): Effect.Effect<void> => {
    switch (fault.kind) {
      case "kill":
        return withPart(fault.target, (part) => Effect.andThen(killed(fault.target), part.kill), lasts)
      case "freeze":
        return withPart(fault.target, (part) => part.freeze, lasts)
      case "terminate":
        return withPart(fault.target, (part) => part.terminate, lasts)
      case "roll":
        return Effect.forEach(membersOf(stage, fault.target), (name) => withPart(name, (part) => part.terminate, lasts), {
          discard: true
        })
      case "killQueries":
      case "killConnections":
        return again(killInMySql(stage, fault.kind === "killQueries" ? "QUERY" : "CONNECTION"), lasts)
      case "killClients":
        return again(askRedis(stage.redis.url, "CLIENT", "KILL", "SKIPME", "yes"), lasts)
      default:
        return onLink(fault, lasts)
    }
  }
}

const again = <E>(once: Effect.Effect<unknown, E>, lasts: number) =>
  Effect.ignore(once).pipe(
    Effect.repeat(Schedule.spaced("300 millis").pipe(Schedule.upTo({ duration: `${lasts} seconds` }))),
    Effect.asVoid
  )

const membersOf = ({ parts }: Stage, role: "workers" | "hubs") =>
  [...parts.keys()].filter((name) => isService(name) && name.startsWith(role.slice(0, -1)))

const killInMySql = ({ account, asRoot }: Stage, what: "QUERY" | "CONNECTION") =>
  Effect.gen(function* () {
    const sessions = yield* query(
      asRoot,
      `SELECT id FROM information_schema.processlist WHERE user = ?${what === "QUERY" ? " AND command <> 'Sleep'" : ""}`,
      [account.user]
    )
    yield* Effect.forEach(sessions, ({ id }) => Effect.ignore(query(asRoot, `KILL ${what} ${Number(id)}`)))
  })

const unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
const nonsense = "<html><body>It works!</body></html>"
const garbage = `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${nonsense.length}\r\nConnection: close\r\n\r\n${nonsense}`

const modes: Readonly<Record<"slow" | "cut" | "halfOpen" | "byteLimit" | "unavailable" | "garbage", LinkMode>> = {
  slow: { kind: "slow", latency: 300 },
  cut: { kind: "cut" },
  halfOpen: { kind: "halfOpen" },
  byteLimit: { kind: "byteLimit", limit: 3000 },
  unavailable: { kind: "answer", text: unavailable },
  garbage: { kind: "answer", text: garbage }
}
