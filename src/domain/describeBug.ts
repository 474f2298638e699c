/** What may be told of a thrown thing: its kind, and where it was thrown. */
export interface Bug {
  readonly kind: string
  readonly at: ReadonlyArray<string>
}

/** Describes a thrown thing without its message, which may hold what a job carried or a secret. */
export const describeBug = (thrown: unknown): Bug => ({
  kind: thrown instanceof Error ? thrown.constructor.name : typeof thrown,
  at: thrown instanceof Error ? framesOf(String(thrown.stack)) : []
})

const framesOf = (stack: string) =>
  stack
    .split("\n")
    .filter((line) => /^ {4}at /u.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
