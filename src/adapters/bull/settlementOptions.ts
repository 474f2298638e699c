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

/**
 * Reads what counts in the producer's options: whether it chose the job's id, and its wishes for the end. A wish that makes no sense
 * means `true`, and so do options that are missing or cannot be read: nothing should outlive its job by mistake.
 */
export const readOptions = (
  opts: string | undefined
): { readonly hasCustomId: boolean; readonly settlement: SettlementOptions } => {
  const { jobId, removeOnComplete, removeOnFail } = parse(opts)
  return {
    hasCustomId: jobId !== undefined && jobId !== null,
    settlement: {
      attempts: 1,
      stackTraceLimit: 1,
      removeOnComplete: removal(removeOnComplete),
      removeOnFail: removal(removeOnFail)
    }
  }
}

const unreadable = { removeOnComplete: true, removeOnFail: true }

const parse = (opts: string | undefined): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(opts ?? "null")
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : unreadable
  } catch {
    return unreadable
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
