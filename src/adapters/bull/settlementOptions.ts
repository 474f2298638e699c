import { type JobOptions } from "bull"

/** How long Bull keeps a job that ended: `true` removes it at once, `false` keeps it. */
export type Removal = NonNullable<JobOptions["removeOnComplete"]>

/** The options that Bull obeys when a job ends: one try, the producer's wish for keeping the job where it makes sense. */
export interface SettlementOptions {
  readonly attempts: 1
  readonly stackTraceLimit: 1
  readonly removeOnComplete: Removal
  readonly removeOnFail: Removal
}

/** Reads the wish out of the producer's options; what makes no sense means `true`, as no data should outlive its job. */
export const settlementOptions = (opts: string | undefined): SettlementOptions => {
  const wishes = parseOptions(opts)
  return {
    attempts: 1,
    stackTraceLimit: 1,
    removeOnComplete: removal(wishes["removeOnComplete"]),
    removeOnFail: removal(wishes["removeOnFail"])
  }
}

/** Whether the producer chose the job's id (`opts.jobId`). */
export const hasCustomId = (opts: string | undefined): boolean => (parseOptions(opts)["jobId"] ?? undefined) !== undefined

/** Whether anything of the job stays in Redis when it has ended. */
export const keeps = (removal: Removal): boolean =>
  removal !== true && removal !== 0 && !(typeof removal === "object" && removal.count === 0)

const parseOptions = (opts: string | undefined): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(opts ?? "{}")
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const removal = (wish: unknown): Removal => {
  if (wish === undefined || wish === null || wish === false) return false
  if (isCount(wish)) return wish
  if (typeof wish !== "object") return true
  const { age, count } = wish as { age?: unknown; count?: unknown }
  if (isCount(age)) return isCount(count) ? { age, count } : { age }
  return isCount(count) ? count : true
}
