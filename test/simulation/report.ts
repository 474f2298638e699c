import type { Failure, Summary } from "./simulateAll.ts"
import { missingIn, tableOf } from "./visits.ts"

/** What to say of many seeds: the table, what it lacks, and each seed that broke a promise, with the command that replays it. */
export const reportOf = ({ failures, visits }: Summary): string =>
  [tableOf(visits), ...missingIn(visits).map((visit) => `not visited: ${visit}`), ...failures.map(describe)].join("\n")

const describe = ({ seed, violations }: Failure): string =>
  [
    `seed ${seed} broke promises; to replay it: npm run simulate -- --seed ${seed}`,
    ...violations.map((what) => `  ${what}`)
  ].join("\n")
