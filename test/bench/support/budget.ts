import type { Cost } from "./readProfile.ts"
import { machine } from "./report.ts"

/** The budget of one job as a page of Markdown, to be committed and compared. */
export const budgetPage = (budget: ReadonlyArray<Cost>, jobs: number): string => {
  const total = budget.reduce((sum, { microseconds }) => sum + microseconds, 0)
  const row = ({ step, microseconds }: Cost) =>
    `| ${step} | ${microseconds.toFixed(1)} | ${((microseconds / total) * 100).toFixed(1)} % |`
  return [
    "# CPU time of one job",
    "",
    `The service's main thread while it works through ${jobs} small jobs, the first fifth not counted; what Node.js does counts for who`,
    "called it. Written by `npm run bench -- --profile`.",
    "",
    machine(),
    "",
    "| step | µs per job | share |",
    "| --- | ---: | ---: |",
    ...budget.map(row),
    row({ step: "**all**", microseconds: total }),
    ""
  ].join("\n")
}
