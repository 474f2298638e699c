import { Effect } from "effect"
import { enqueue, untilEnded } from "./backlog.ts"
import { startContender } from "./contenders.ts"
import { readProfile } from "./readProfile.ts"
import { makeSite } from "./site.ts"
import type { Stack } from "./stack.ts"

/**
 * Where the service's CPU time goes while it works through jobs that wait: of those after the first fifth, so that neither starting nor
 * warming up is part of it.
 */
export const profile = Effect.fnUntraced(function* (stack: Stack, jobs: number) {
  const site = yield* makeSite(stack)
  yield* enqueue(site, jobs)
  const { ask, whileItRuns } = yield* startContender("ours", stack, site)
  const first = yield* whileItRuns(untilEnded(site, jobs, Math.ceil(jobs / 5)))
  yield* ask("startProfile")
  yield* whileItRuns(untilEnded(site, jobs, jobs))
  return readProfile(yield* ask("stopProfile"), jobs - first.ended)
}, Effect.scoped)
