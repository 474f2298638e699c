import { identify } from "../domain/identify.ts"
import { failedReason, type Recorded } from "../domain/Outcome.ts"
import type { Delivery } from "../services/JobQueue.ts"
import type { AddOptions, JobState, MemoryJob } from "./MemoryQueue.ts"

/** A job that a worker was given; `lease` tells its run from those that have it later. */
export interface Taken {
  readonly id: string
  readonly lease: number
}

/**
 * What the queue knows of a job beside that; `number` is its place, which a custom id gets at the first pick-up; a run that `isBegun` may
 * be lost.
 */
interface Held extends MemoryJob {
  readonly name: string
  readonly priority: number
  readonly timestamp: number
  readonly number: number | undefined
  readonly lease: number
  readonly runs: number
  readonly isBegun: boolean
  readonly lostRuns: number
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
  const holds = ({ id, lease }: Taken): boolean => jobs.get(id)?.lease === lease
  const putBack = (id: string, how: (job: Held) => Partial<Held>) => {
    if (change(id, ["active"], (job) => ({ state: "waiting", ...how(job) }))) order = [id, ...order]
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
      jobs.set(id, {
        id,
        name,
        data,
        priority,
        timestamp,
        number,
        lease: 0,
        runs: 0,
        isBegun: false,
        lostRuns: 0,
        state: "delayed",
        failedReason: undefined
      })
      if (!isDelayed) wait(id, ["delayed"])
      return id
    },
    /** Puts a job behind the others that wait, if it stands in that state. */
    enqueue: (id: string, from: "delayed" | "failed"): void => wait(id, [from]),
    /** Takes the next job, if there is one and the queue is not paused. */
    take: (): Taken | undefined => {
      const [id, ...others] = isPaused ? [] : order
      if (id === undefined) return undefined
      order = others
      change(id, ["waiting"], ({ lease }) => ({ state: "active", lease: lease + 1, isBegun: false }))
      return { id, lease: jobs.get(id)?.lease ?? 0 }
    },
    /** Marks a job as picked up, by a run that may have lost it already; the delivery that this makes. It begins, unless there are lost runs. */
    pickUp: ({ id }: Taken): Delivery | undefined => {
      change(id, ["active", "waiting", "completed", "failed"], ({ lostRuns, number, runs }) => ({
        runs: runs + 1,
        isBegun: lostRuns === 0,
        number: number ?? (counter += 1)
      }))
      return deliveryOf(jobs.get(id))
    },
    /** Begins the run of a job with lost runs, whose turn has come. */
    begin: ({ id }: Taken): void => void change(id, ["active"], () => ({ isBegun: true })),
    /** Erases what a job carried. */
    erase: ({ id }: Taken): void =>
      void change(id, ["active", "waiting"], ({ data }) => ({ data: data === undefined ? data : "{}" })),
    /** Ends a job as its outcome says, `undefined` for a bug. A run that lost its job ends nothing. */
    end: (taken: Taken, recorded: Recorded | undefined): void => {
      const reason = recorded === undefined ? "Defect: unrecorded" : failedReason(recorded.outcome)
      if (holds(taken))
        change(taken.id, ["active"], () => ({ state: reason === undefined ? "completed" : "failed", failedReason: reason }))
    },
    /** Puts the job of a run before all others that wait, with nothing counted against it. A run that lost its job changes nothing. */
    handBack: (taken: Taken): void => {
      if (holds(taken)) putBack(taken.id, () => ({}))
    },
    /** Puts a running job before all others that wait, as its run is lost, if it had begun. */
    stall: (id: string): void => putBack(id, ({ isBegun, lostRuns }) => ({ lostRuns: lostRuns + (isBegun ? 1 : 0) })),
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
    deliveredBefore: job.runs > 1,
    lostRuns: job.lostRuns
  }
