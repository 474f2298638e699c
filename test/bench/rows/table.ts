import { Duration, Effect } from "effect"
import type { Extent } from "../support/extent.ts"
import type { Measurement, Reading, Row } from "../support/Measurement.ts"
import type { Stack } from "../support/stack.ts"
import { fairness } from "./fairness.ts"
import { idle } from "./idle.ts"
import { largeImages } from "./largeImages.ts"
import { latency } from "./latency.ts"
import { ledger } from "./ledger.ts"
import { memory } from "./memory.ts"
import { external, images, small } from "./throughput.ts"
import { workers } from "./workers.ts"

/** All that is measured, in the order of the table, by the names that `--only` takes. */
export const measurements = {
  small,
  external,
  images,
  latency,
  memory,
  largeImages,
  idle,
  workers,
  fairness,
  ledger
} satisfies Readonly<Record<string, Measurement>>

/** A name that `--only` takes. */
export type MeasurementName = keyof typeof measurements

/** A row with what each round read, and how long a round of its measurement took, in seconds. */
export interface Measured {
  readonly key: string
  readonly row: Row
  readonly readings: ReadonlyArray<Reading>
  readonly took: number
}

/** Measures round by round, one measurement after another within each. `tell` hears of each before it begins. */
export const measureTable = Effect.fnUntraced(function* (
  stack: Stack,
  extent: Extent,
  names: ReadonlyArray<MeasurementName>,
  tell: (step: string) => Effect.Effect<void>
) {
  const begun = yield* Effect.forEach(names, (name) => begin(stack, extent, name), { concurrency: extent.atOnce })
  for (let number = 1; number <= extent.rounds; number++)
    yield* Effect.forEach(
      begun,
      ({ name, round, results }) =>
        Effect.andThen(
          tell(`round ${number} of ${extent.rounds}: ${name}`),
          Effect.map(Effect.timed(round), ([took, readings]) => results.push({ took: Duration.toSeconds(took), readings }))
        ),
      { concurrency: extent.atOnce, discard: true }
    )
  return begun.flatMap(rowsOf)
})

interface Result {
  readonly took: number
  readonly readings: Readonly<Record<string, Reading>>
}

const begin = Effect.fnUntraced(function* (stack: Stack, extent: Extent, name: MeasurementName) {
  const measurement: Measurement = measurements[name]
  const results: Array<Result> = []
  return { name, rows: measurement.rows, round: yield* measurement.begin(stack, extent), results }
})

/** The rows of one measurement that were read. */
const rowsOf = ({ name, rows, results }: Effect.Success<ReturnType<typeof begin>>): ReadonlyArray<Measured> =>
  Object.entries(rows)
    .map(([key, row]) => ({
      key: `${name}.${key}`,
      row,
      readings: results.flatMap(({ readings }) => readings[key] ?? []),
      took: results.reduce((sum, { took }) => sum + took, 0) / results.length
    }))
    .filter(({ readings }) => readings.length > 0)
