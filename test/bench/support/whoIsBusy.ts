import { cpus } from "node:os"
import { cpuSeconds } from "./cpuSeconds.ts"

/** Processes by who they are. */
export type Used = Readonly<Record<string, ReadonlyArray<number>>>

/** CPU seconds that each has used so far. */
export const usedBy = (processes: Used): ReadonlyMap<string, number> =>
  new Map(Object.entries(processes).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)]))

/** How many cores were in use between two looks, by whom most of all, and whether that was all that the machine has. */
export const describeUse = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  seconds: number
): string => {
  const cores = [...after]
    .map(([name, used]) => [name, (used - (before.get(name) ?? 0)) / seconds] as const)
    .toSorted(([, a], [, b]) => b - a)
  const total = cores.reduce((sum, [, used]) => sum + used, 0)
  const full = total > 0.9 * cpus().length ? "the machine's CPU is the limit: " : ""
  return `${full}${total.toFixed(1)} of ${cpus().length} cores in use (${cores.map(([name, used]) => `${name} ${used.toFixed(1)}`).join(", ")})`
}
