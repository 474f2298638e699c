import { Effect, Semaphore } from "effect"
import { installPackages, missingPackages, whyNotApt } from "./apt.ts"
import { findBinaries } from "./binaries.ts"
import { installedServers } from "./installedServers.ts"
import { type FindServers } from "./LocalServers.ts"
import { localStackError } from "./LocalStackError.ts"

const oneAtATime = Semaphore.makeUnsafe(1)

/** The servers of this machine, after installing those that it lacks: on Debian and Ubuntu, as root. */
export const aptServers: FindServers = Effect.gen(function* () {
  const obstacle = whyNotApt()
  if (obstacle !== undefined) return yield* localStackError("notFound", obstacle)
  const packages = missingPackages(yield* findBinaries)
  if (packages.length > 0) yield* installPackages(packages)
  return yield* installedServers
}).pipe(oneAtATime.withPermit)
