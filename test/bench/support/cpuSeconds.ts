import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** CPU time that a process has used so far, user and system, in seconds: to 10 ms on Linux, elsewhere as `ps` tells it. */
export const cpuSeconds = (pid: number): number =>
  process.platform === "linux" ? fromProc(readFileSync(`/proc/${pid}/stat`, "utf8")) : fromPs(pid)

const ticksPerSecond = 100

const fromProc = (stat: string) => {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const fromPs = (pid: number) =>
  execFileSync("ps", ["-o", "time=", "-p", String(pid)], { encoding: "utf8" })
    .trim()
    .split(/[-:]/u)
    .toReversed()
    .reduce((total, part, index) => total + Number(part) * (units[index] ?? 0), 0)

const units = [1, 60, 3600, 86_400]
