import type { Findings } from "./reconcile.ts"
import type { Recoveries, Recovery } from "./recovery.ts"
import type { Happened } from "./runFaults.ts"
import type { Variant } from "./faults.ts"
import type { Witnesses } from "./witnesses.ts"

/** All that a run found out. `faults` counts by kind and target; `happened` has each with its time. */
export interface Report {
  readonly seed: number
  readonly seconds: number
  readonly variant: Variant
  readonly jobs: number
  readonly inDoubt: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly superseded: number
  readonly told: number
  readonly findings: AllFindings
  readonly crashes: ReadonlyArray<string>
  readonly recovery: Recoveries
  readonly faults: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly happened: ReadonlyArray<Happened>
}

/** What the witnesses found, and the secrets that were found where they must not be. */
export type AllFindings = Findings & { readonly leaked: ReadonlyArray<string> }

/** Counts what happened in a run. */
export const makeReport = (run: {
  readonly seed: number
  readonly seconds: number
  readonly variant: Variant
  readonly witnesses: Witnesses
  readonly findings: AllFindings
  readonly crashes: ReadonlyArray<string>
  readonly recovery: Recoveries
  readonly happened: ReadonlyArray<Happened>
}): Report => {
  const { attempts, ledger, transcripts } = run.witnesses
  const { seed, seconds, variant, findings, crashes, recovery, happened } = run
  const byKind = Map.groupBy(happened, ({ kind }) => kind)
  return {
    seed,
    seconds,
    variant,
    findings,
    crashes,
    recovery,
    happened,
    jobs: attempts.filter(({ accepted }) => accepted !== undefined).length,
    inDoubt: attempts.filter(({ accepted }) => accepted === undefined).length,
    outcomes: count(ledger.outcomes.map(({ tag }) => tag)),
    superseded: ledger.outcomes.filter(({ superseded }) => superseded).length,
    told: transcripts.reduce((sum, { heard }) => sum + heard.length, 0),
    faults: Object.fromEntries([...byKind].map(([kind, all]) => [kind, count(all.map(({ target }) => target))]))
  }
}

/** Whether the service kept all its promises. */
export const isClean = ({ findings }: Report): boolean => Object.values(findings).every(({ length }) => length === 0)

/** The report as people read it; of each kind of finding the first ten. */
export const printReport = (report: Report): string => {
  const { crashes, faults, findings, inDoubt, jobs, outcomes, recovery, seconds, seed, superseded, told, variant } = report
  const lists = { ...titled(findings), CRASHED: crashes }
  return [
    `chaos for ${seconds} s, hub ${variant}, seed ${seed}`,
    "",
    `jobs            ${jobs} accepted, ${inDoubt} in doubt`,
    `outcomes        ${listed(outcomes)}; ${superseded} of them superseded`,
    `told            ${told}`,
    ...Object.entries(lists).map(([title, all]) => `${title.padEnd(15)} ${all.length}${detailed(all)}`),
    `recovery        ${described(recovery.all)}`,
    `  undisturbed   ${described(recovery.undisturbed)}`,
    "",
    "faults",
    ...Object.entries(faults).map(([kind, targets]) => `  ${kind.padEnd(15)} ${listed(targets)}`),
    "",
    `seed ${seed}: ${isClean(report) ? "all promises kept" : "PROMISES BROKEN"}`
  ].join("\n")
}

const count = (values: ReadonlyArray<string>) =>
  Object.fromEntries([...Map.groupBy(values.toSorted(), (value) => value)].map(([value, all]) => [value, all.length]))

const titled = ({ lost, contradicted, doubled, outOfOrder, leaked, unheard }: AllFindings) => ({
  LOST: lost,
  CONTRADICTED: contradicted,
  DOUBLED: doubled,
  "OUT OF ORDER": outOfOrder,
  LEAKED: leaked,
  UNHEARD: unheard
})

const detailed = (findings: ReadonlyArray<string>) =>
  findings
    .slice(0, 10)
    .map((finding) => `\n                - ${finding}`)
    .join("")

const listed = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([what, number]) => `${what} ${number}`)
    .join(", ")

const described = ({ jobs, p50, p99 }: Recovery) =>
  `p50 ${p50.toFixed(1)} s, p99 ${p99.toFixed(1)} s, of ${jobs} jobs in the hands of killed workers`
