import type { Verdict } from "./judge.ts"
import type { Broken } from "./mutants.ts"

/** What a mutant breaks, and by which test that is to be seen. */
export const describeMutant = ({ name, promise, test, title }: Broken): string =>
  `${promise.padEnd(4)}${name}\n      ${test} "${title}"`

/** One mutant's result: its verdict, how long its test took, and why. */
export const describeVerdict = (mutant: Broken, { kind, why }: Verdict, seconds: number): string =>
  `${kind.padEnd(9)}${seconds.toFixed(1).padStart(6)} s  ${describeMutant(mutant)}${why === "" ? "" : `\n      ${why.slice(0, 160)}`}`
