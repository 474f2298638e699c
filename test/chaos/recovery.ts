import type { LedgerOutcome } from "./readLedger.ts"
import type { Happened, Kill } from "./runFaults.ts"
import type { Witnesses } from "./witnesses.ts"

/** How long jobs in the hands of killed workers took to end, in seconds. */
export interface Recovery {
  readonly jobs: number
  readonly p50: number
  readonly p99: number
}

/** `all`, and of them those during whose recovery nothing else went wrong but with hubs. */
export interface Recoveries {
  readonly all: Recovery
  readonly undisturbed: Recovery
}

/** From a worker's kill to the end of each job in its hands: those that it had sent to be encrypted and that ended only later. */
export const measureRecovery = (
  { attempts, ledger }: Witnesses,
  kills: ReadonlyArray<Kill>,
  happened: ReadonlyArray<Happened>
): Recoveries => {
  const outcomes = new Map(ledger.outcomes.map((outcome) => [outcome.identity as string, outcome]))
  const outcomeOf = (sequence: number) => outcomes.get(attempts[sequence - 1]?.accepted?.identity ?? "")
  const spans = kills.flatMap(({ at, jobs }) => {
    const ends = jobs.flatMap((sequence) => outcomeOf(sequence) ?? []).filter(({ endedAt }) => endedAt > at)
    return ends.map(({ endedAt }: LedgerOutcome) => ({ from: at, to: endedAt }))
  })
  const isDisturbed = ({ from, to }: (typeof spans)[number]) =>
    happened.some(
      (fault) => fault.from < to && fault.to > from && Math.abs(fault.from - from) > 50 && !fault.target.includes("hub")
    )
  return { all: summary(spans), undisturbed: summary(spans.filter((span) => !isDisturbed(span))) }
}

const summary = (spans: ReadonlyArray<{ readonly from: number; readonly to: number }>): Recovery => {
  const seconds = spans.map(({ from, to }) => (to - from) / 1000).toSorted((one, other) => one - other)
  const at = (share: number) => seconds[Math.min(seconds.length - 1, Math.floor(seconds.length * share))] ?? 0
  return { jobs: seconds.length, p50: at(0.5), p99: at(0.99) }
}
