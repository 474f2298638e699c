/** How much of everything is measured. */
export interface Extent {
  /** How often, ours and what stands beside it in turns. */
  readonly rounds: number
  /** Jobs that wait where throughput is measured. */
  readonly jobs: number
  /** Seconds of open load where latency is measured. */
  readonly seconds: number
  /** Outcomes in the large ledger. */
  readonly rows: number
  /** Jobs after which memory is read: first, and at last. */
  readonly memoryJobs: readonly [early: number, late: number]
  /** Jobs with an image of `largeImage` bytes. */
  readonly largeJobs: number
  readonly largeImage: number
  /** How long the service idles before that counts, and for how long it counts, in seconds. */
  readonly idle: readonly [settle: number, count: number]
  /** Numbers of processes beside one, and jobs for each. */
  readonly processes: ReadonlyArray<number>
  readonly workerJobs: number
  /** Measurements at a time: more than one where nobody believes the numbers. */
  readonly atOnce: number
}

/** What the targets are stated for. */
export const whole: Extent = {
  rounds: 5,
  jobs: 5000,
  seconds: 10,
  rows: 10_000_000,
  memoryJobs: [10_000, 30_000],
  largeJobs: 40,
  largeImage: 5_000_000,
  idle: [5, 20],
  processes: [2, 4],
  workerJobs: 1000,
  atOnce: 1
}

/** Enough to see that everything works, too little to believe a number. */
export const short: Extent = {
  rounds: 1,
  jobs: 60,
  seconds: 0.2,
  rows: 2000,
  memoryJobs: [30, 60],
  largeJobs: 2,
  largeImage: 300_000,
  idle: [0, 0.2],
  processes: [2],
  workerJobs: 20,
  atOnce: 3
}
