import type { Mutant } from "../Mutant.ts"

/** Processes that leave work undone, or lost. */
export const leaving: ReadonlyArray<Mutant> = [
  {
    name: "new jobs are taken after SIGTERM",
    file: "src/adapters/bull/runQueue.ts",
    text: "Effect.promise(() => queue.pause(true, true).catch(() => undefined))",
    broken: "Effect.void",
    test: "test/shutdown.test.ts",
    title: "($signal, twice) ends the service with 0 after the running jobs have ended, and takes no new ones"
  },
  {
    name: "jobs that outlive the grace are not handed back",
    file: "src/adapters/bull/endings.ts",
    text: "await handBack()",
    broken: "",
    test: "test/shutdown.test.ts",
    title: "hands back what outlives SHUTDOWN_GRACE: a peer runs it at once, and nothing is counted against it"
  },
  {
    name: "a part that stops stays ready",
    file: "src/adapters/process/ReadinessInProcess.ts",
    text: `() => Effect.sync(() => void checks.set(part, Effect.fail("stopping")))`,
    broken: "() => Effect.void",
    test: "test/adapters/socketio/openHub.test.ts",
    title: "is ready while it listens, and stopping afterwards"
  },
  {
    name: "a relay leaves without its last turn",
    file: "src/adapters/socketio/NotifierRelay.ts",
    text: `if (hub.connected) yield* Effect.timeoutOption(last, "2 seconds")`,
    broken: "",
    test: "test/adapters/socketio/NotifierRelay.test.ts",
    title: "hands over what was announced before it leaves"
  }
]
