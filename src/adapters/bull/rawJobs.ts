import { type Job, type Queue } from "bull"
import { controlFailures } from "./endings.ts"
import { isRefused } from "./guardScripts.ts"
import { handBack } from "./handBack.ts"
import { readOptions, type SettlementOptions } from "./settlementOptions.ts"

type Hash = Readonly<Record<string, string>>

/** A job as its hash stands in Redis: nothing that it carries is parsed or trusted. `run` is what this process makes of it. */
export interface RawJob {
  readonly id: string
  readonly hash: Hash
  readonly hasCustomId: boolean
  readonly settlement: SettlementOptions
  readonly run: { isBegun: boolean }
}

interface Parser {
  nextJobFromJobData(hash: Hash | undefined | null, id: string): Job | null
}

interface Internals {
  nextJobFromJobData(hash: Hash | undefined | null, id: string): Job | null | Promise<Job | null>
  moveToActive(): Promise<Job | null>
  getJobFromId(id: string): Promise<Job | null>
}

/**
 * Stands between Redis and Bull's parser, which throws on corrupt data (into the job that was finished before) and obeys options
 * of the producer (`timeout` fails a running job behind the handler's back). Bull gets an empty job with our options; what the hash
 * held is handed to the function that this returns. Jobs fail as we say, or are handed back. What was taken out of the queue as it can be no job is told to `refused`, and the
 * next one is taken.
 */
export const interceptRawJobs = (queue: Queue, refused: (id: string) => void): ((job: Job) => RawJob) => {
  const internals = queue as Queue & Internals
  internals.getJobFromId = () => Promise.resolve(null)
  const parse = (queue as Queue & Parser).nextJobFromJobData.bind(queue)
  const raw = new WeakMap<Job, RawJob>()
  internals.nextJobFromJobData = (hash, id) => {
    if (!hash) return parse(hash, id)
    if (isRefused(hash)) {
      refused(id)
      return internals.moveToActive()
    }
    const options = readOptions(hash["opts"])
    const opts = JSON.stringify(options.settlement)
    const job = parse({ name: "*", data: "null", opts, timestamp: "0", delay: "0" }, id)
    if (job !== null) {
      const held = { id, hash, run: { isBegun: false }, ...options }
      raw.set(job, held)
      controlFailures(job, () => handBack(queue, held))
    }
    return job
  }
  return (job) => raw.get(job) ?? { id: String(job.id), hash: {}, run: { isBegun: false }, ...readOptions(undefined) }
}
