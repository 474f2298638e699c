import { identify } from "../domain/identify.ts"
import type { Delivery } from "../services/JobQueue.ts"

/** What a producer adds: six strings (README, wire contract 1). */
export interface JobData {
  readonly Id: string
  readonly Token: string
  readonly Phone: string
  readonly Password: string
  readonly Username: string
  readonly Image: string
}

/** The data of a good job of this user, with a token that the mock verifier lets in, but for what is given. */
export const jobFor = (id: string, changes: Partial<JobData> = {}): JobData => ({
  Id: id,
  Token: `token of ${id}`,
  Phone: "0123456789",
  Password: "correct horse",
  Username: "Ada Lovelace",
  Image: "profile.jpg",
  ...changes
})

/** A delivery as the queue makes it, of `data` as a producer would add it: the job with this number, for the first time. */
export const deliveryOf = (data: unknown, changes: Partial<Delivery> & { readonly number?: number } = {}): Delivery => {
  const { number = 1, ...rest } = changes
  const jobId = String(number)
  return {
    job: { identity: identify({ prefix: "bull", name: "Update_User" }, jobId, "1"), jobId, place: { life: 1, number } },
    data: JSON.stringify(data),
    name: "__default__",
    deliveredBefore: false,
    lostRuns: 0,
    ...rest
  }
}
