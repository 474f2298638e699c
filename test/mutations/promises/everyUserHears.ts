import type { Mutant } from "../Mutant.ts"

/** Users who hear nothing, or the same twice. */
export const everyUserHears: ReadonlyArray<Mutant> = [
  {
    name: "nothing is replayed",
    file: "src/adapters/socketio/follow.ts",
    text: "yield* sendAll(isKnown ? inbox.after : inbox.unheard, last)",
    broken: "",
    test: "test/adapters/socketio/follow.test.ts",
    title: "replays everything to a client that has seen nothing, and nothing to one that has seen everything"
  },
  {
    name: "an outcome is told to a client that has had it",
    file: "src/adapters/socketio/follow.ts",
    text: "if (recorded.position <= sent) return",
    broken: "if (recorded.position <= sent) return send(recorded)",
    test: "test/adapters/socketio/follow.test.ts",
    title: "brings live outcomes that come out of order, twice or not at all into order"
  },
  {
    name: "what the bus lost is not looked for",
    file: "src/adapters/socketio/HubServer.ts",
    text: `yield* Effect.forkScoped(Effect.repeat(caughtUp, Schedule.spaced("3 seconds")))`,
    broken: "",
    test: "test/adapters/socketio/catchUp.test.ts",
    title: "hears within three seconds what no bus carried, and only what it was not sent"
  },
  {
    name: "what was sent to a hub elsewhere counts as received",
    file: "src/adapters/socketio/handOver.ts",
    text: "if (!(yield* received) || identities.length === 0) return",
    broken: "yield* received",
    test: "test/adapters/socketio/handOver.test.ts",
    title: "notes nothing where the hub was not seen to receive it"
  }
]
