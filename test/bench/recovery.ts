import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { serversLayer } from "../support/deployment.ts"
import { measureKills } from "../support/kills.ts"

const kills = Number(process.argv[2] ?? 20)

const quantile = (times: ReadonlyArray<number>, share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? 0

/** Prints how long after a SIGKILL the jobs of a worker ran again: `node test/bench/recovery.ts [kills]`. */
const bench = Effect.forEach(["peer", "lone"] as const, (kin) =>
  Effect.flatMap(measureKills(kin, kills), (times) =>
    Console.log(
      `${kin}: ${times.length} kills, p50 ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms, longest ${Math.max(...times)} ms`
    )
  )
)

NodeRuntime.runMain(bench.pipe(Effect.provide(serversLayer), Effect.scoped))
