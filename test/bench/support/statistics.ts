/** The value below which a share `q`, from 0 to 1, of all values lies: the nearest rank, none interpolated. */
export const quantile = (values: ReadonlyArray<number>, q: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)] ?? Number.NaN

/** The middle value, the lower one of two. */
export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** The middle of some values and where the middle half of them lies. */
export interface Spread {
  readonly median: number
  readonly lower: number
  readonly upper: number
}

/** Median and quartiles. */
export const spreadOf = (values: ReadonlyArray<number>): Spread => ({
  median: median(values),
  lower: quantile(values, 0.25),
  upper: quantile(values, 0.75)
})

/** The exponent k of the power law y = c·x^k that fits best, by least squares of the logarithms. Points at or below 0 have none. */
export const exponentOf = (points: ReadonlyArray<readonly [x: number, y: number]>): number => {
  const logs = points.filter(([x, y]) => x > 0 && y > 0).map(([x, y]) => [Math.log(x), Math.log(y)] as const)
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}
