/** The value below which a share `q`, from 0 to 1, of all values lies: the nearest rank, none interpolated. */
export const quantile = (values: ReadonlyArray<number>, q: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)] ?? Number.NaN

/** The middle value, the lower one of two. */
export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)
