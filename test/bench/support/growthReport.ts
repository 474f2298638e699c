import type { Growth } from "./growth.ts"
import { layOut } from "./layOut.ts"
import { machine } from "./report.ts"

/** How the cost of a job grows, for people: each size, then the exponents and whether they are within their bound. */
export const growthText = (growths: ReadonlyArray<Growth>): string => {
  const rows = growths.flatMap((growth) => [
    ...growth.points.map(({ size, perSecond, cpuPerJob }) => [
      growth.name,
      size.toLocaleString("en"),
      `${(1000 / perSecond).toPrecision(3)} ms`,
      `${cpuPerJob.toPrecision(3)} ms`
    ]),
    [
      `${growth.name}: exponent, at most ${growth.bound}`,
      "",
      growth.time.toFixed(2),
      `${growth.cpu.toFixed(2)}   ${isWithin(growth) ? "met" : "not met"}`
    ]
  ])
  return [machine(), "", ...layOut([["", "size", "time a job", "CPU a job"], ...rows])].join("\n")
}

/** The same for programs. */
export const growthJson = (growths: ReadonlyArray<Growth>): string =>
  JSON.stringify({ machine: machine(), axes: growths.map((growth) => ({ ...growth, met: isWithin(growth) })) }, undefined, 2)

const isWithin = ({ cpu, time, bound }: Growth) => Math.max(cpu, time) <= bound
