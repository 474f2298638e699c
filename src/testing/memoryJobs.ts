import { identify } from "../domain/identify.ts"
import { failedReason, type Recorded } from "../domain/Outcome.ts"
import type { Delivery } from "../services/JobQueue.ts"
import type { AddOptions, JobState, MemoryJob } from "./MemoryQueue.ts"

/** What the queue knows of a job beside that; `number` is its place, which a custom id gets at the first pick-up. */
interface Held extends MemoryJob {
  readonly name: string
  readonly priority: number
  readonly timestamp: number
  readonly number: number | undefined
  readonly runs: number
}

/** The jobs of one queue and their order, as Bull and our marks have them in Redis. */
export type MemoryJobs = ReturnType<typeof makeJobs>

/** A queue without jobs. */
export const makeJobs = () => {
  const jobs = new Map<string, Held>()
  let order: ReadonlyArray<string> = []
  let counter = 0
  let isPaused = false

  const change = (id: string, from: ReadonlyArray<JobState>, how: (job: Held) => Partial<Held>): boolean => {
    const job = jobs.get(id)
    if (job === undefined || !from.includes(job.state)) return false
    jobs.set(id, { ...job, ...how(job) })
    return true
  }
  const wait = (id: string, from: ReadonlyArray<JobState>) => {
    if (change(id, from, () => ({ state: "waiting", failedReason: undefined }))) {
      const rank = rankOf(jobs.get(id))
      const before = order.filter((other) => rankOf(jobs.get(other)) <= rank).length
      order = order.toSpliced(before, 0, id)
    }
  }

  return {
    find: (id: string): MemoryJob | undefined => viewOf(jobs.get(id)),
    all: (): ReadonlyArray<MemoryJob> => [...jobs.values()],
    /** The id of the new job, or of the one that has this id already. */
    add: (data: string, options: AddOptions, isDelayed: boolean, timestamp: number): string => {
      counter += 1
      const { jobId: id = String(counter), name = "__default__", priority = 0 } = options
      if (jobs.has(id)) return id
      const number = options.jobId === undefined ? counter : undefined
      jobs.set(id, { id, name, data, priority, timestamp, number, runs: 0, state: "delayed", failedReason: undefined })
      if (!isDelayed) wait(id, ["delayed"])
      return id
    },
    /** Puts a job behind the others that wait, if it stands in that state. */
    enqueue: (id: string, from: "delayed" | "failed"): void => wait(id, [from]),
    /** Picks up the next job, if there is one and the queue is not paused. */
    take: (): Delivery | undefined => {
      const [id, ...others] = isPaused ? [] : order
      if (id === undefined) return undefined
      order = others
      change(id, ["waiting"], ({ number, runs }) => ({ state: "active", runs: runs + 1, number: number ?? (counter += 1) }))
      return deliveryOf(jobs.get(id))
    },
    /** Ends a job as its outcome says, `undefined` for a bug, and erases what it carried. A run that lost its job ends nothing. */
    end: (id: string, recorded: Recorded | undefined): void => {
      const reason = recorded === undefined ? "Defect: unrecorded" : failedReason(recorded.outcome)
      const state = reason === undefined ? "completed" : "failed"
      change(id, ["active"], ({ data }) => ({ state, failedReason: reason, data: data === undefined ? data : "{}" }))
    },
    /** Puts a running job before all others that wait. */
    handBack: (id: string): void => {
      if (change(id, ["active"], () => ({ state: "waiting" }))) order = [id, ...order]
    },
    spoil: (id: string, data: string | undefined) =>
      change(id, ["waiting", "delayed"], ({ name }) => ({ data, name: data === undefined ? "" : name })),
    remove: (id: string): void => {
      order = order.filter((other) => other !== id)
      jobs.delete(id)
    },
    pause: (paused: boolean): void => void (isPaused = paused)
  }
}

const rankOf = (job: Held | undefined) => (job === undefined || job.priority === 0 ? Infinity : job.priority)

const viewOf = (job: Held | undefined): MemoryJob | undefined =>
  job && { id: job.id, state: job.state, data: job.data, failedReason: job.failedReason }

const deliveryOf = (job: Held | undefined): Delivery | undefined =>
  job && {
    job: {
      identity: identify({ prefix: "bull", name: "Update_User" }, job.id, String(job.timestamp)),
      jobId: job.id,
      place: { life: 1, number: job.number ?? 0 }
    },
    data: job.data,
    name: job.name,
    deliveredBefore: job.runs > 1
  }
