import { Effect } from "effect"
import type { Fault, PartName } from "./faults.ts"
import { makeInject } from "./inject.ts"
import type { PlannedFault } from "./planFaults.ts"
import type { Stage } from "./Stage.ts"

/** A fault as it happened, in milliseconds since 1970. */
export type Happened = Fault & { readonly from: number; readonly to: number }

/** A worker's kill, and the jobs that had been in its hands so far, by their sequence. */
export interface Kill {
  readonly at: number
  readonly jobs: ReadonlyArray<number>
}

/** Has all planned faults happen at their time; returns when the last has been made good. */
export const runFaults = Effect.fnUntraced(function* (stage: Stage, plan: ReadonlyArray<PlannedFault>) {
  const happened: Array<Happened> = []
  const kills: Array<Kill> = []
  const killed = (name: PartName) =>
    Effect.sync(() => {
      if (name.startsWith("worker")) kills.push({ at: Date.now(), jobs: stage.inHand.of(name) })
    })
  const inject = makeInject(stage, killed)
  const one = Effect.fnUntraced(function* ({ at, lasts, ...fault }: PlannedFault) {
    yield* Effect.sleep(`${at} seconds`)
    const from = Date.now()
    yield* inject(fault, lasts)
    happened.push({ ...fault, from, to: Date.now() })
  })
  yield* Effect.forEach(plan, one, { concurrency: "unbounded", discard: true })
  return { happened, kills }
})
