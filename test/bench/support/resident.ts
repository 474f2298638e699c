import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** What a process holds in memory now, in MB of 10^6 bytes. */
export const residentMegabytes = (pid: number): number => (process.platform === "linux" ? fromProc(pid, "VmRSS") : fromPs(pid))

/** The most that a process ever held in memory, in MB; on Linux only, elsewhere what it holds now. */
export const peakMegabytes = (pid: number): number => (process.platform === "linux" ? fromProc(pid, "VmHWM") : fromPs(pid))

const fromProc = (pid: number, name: string) => {
  const [, kibibytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, "mu").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return (Number(kibibytes) * 1024) / 1e6
}

const fromPs = (pid: number) =>
  (Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024) / 1e6
