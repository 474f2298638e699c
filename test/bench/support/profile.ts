import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { readProfile } from "./readProfile.ts"
import type { Stack } from "./stack.ts"
import { measureThroughput } from "./throughput.ts"

/** Where the service's CPU time goes while it works through `jobs` jobs, 50 at a time, its start included. */
export const profile = (stack: Stack, jobs: number) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "bench-profile-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    )
    const nodeOptions = ["--cpu-prof", `--cpu-prof-dir=${folder}`]
    yield* measureThroughput(stack, { contender: "ours", concurrency: 50, jobs, nodeOptions })
    const [file = ""] = readdirSync(folder)
    return readProfile(readFileSync(join(folder, file), "utf8"))
  }).pipe(Effect.scoped)
