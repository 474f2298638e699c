/** What the service promises, by the numbers under which `--promise` takes them. */
export const promises = {
  P1: "One outcome for each job",
  P2: "Every user hears",
  P3: "In order",
  P4: "Once",
  P5: "Patient, then honest",
  P6: "Quick to recover",
  P7: "Leaves well",
  P8: "No secret outlives its job",
  P9: "Only the owner",
  P10: "Hostile neighbours"
} as const

/** The number of a promise. */
export type PromiseId = keyof typeof promises

/**
 * One way to break a promise: in `file`, `text`, which is there exactly once, becomes `broken`. The test named `title` in `test` must then
 * fail. `name` says in a few words what is broken, and no other mutant has it.
 */
export interface Mutant {
  readonly name: string
  readonly file: string
  readonly text: string
  readonly broken: string
  readonly test: string
  readonly title: string
}
