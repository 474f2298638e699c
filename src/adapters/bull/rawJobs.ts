import { type Job, type Queue } from "bull"
import { readOptions, type SettlementOptions } from "./settlementOptions.ts"

/** A job as its hash stands in Redis: nothing that it carries is parsed or trusted. */
export interface RawJob {
  readonly id: string
  readonly hash: Readonly<Record<string, string>>
  readonly hasCustomId: boolean
  readonly settlement: SettlementOptions
}

interface Internals {
  nextJobFromJobData(hash: Readonly<Record<string, string>> | undefined | null, id: string): Job | null
}

/**
 * Stands between Redis and Bull's parser, which throws on corrupt data (into the job that was finished before) and obeys options
 * of the producer (`timeout` fails a running job behind the handler's back). Bull gets an empty job with our options; what the hash
 * held is handed to the function that this returns.
 */
export const interceptRawJobs = (queue: Queue): ((job: Job) => RawJob) => {
  const internals = queue as Queue & Internals
  const parse = internals.nextJobFromJobData.bind(queue)
  const raw = new WeakMap<Job, RawJob>()
  internals.nextJobFromJobData = (hash, id) => {
    if (!hash) return parse(hash, id)
    const options = readOptions(hash["opts"])
    const opts = JSON.stringify(options.settlement)
    const job = parse({ name: "*", data: "null", opts, timestamp: "0", delay: "0" }, id)
    if (job !== null) raw.set(job, { id, hash, ...options })
    return job
  }
  return (job) => raw.get(job) ?? { id: String(job.id), hash: {}, ...readOptions(undefined) }
}
