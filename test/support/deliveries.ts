import type { UserId } from "../../src/domain/UserId.ts"
import { identify } from "../../src/domain/identify.ts"
import type { Delivery } from "../../src/services/JobQueue.ts"

export const ada = "1234567890" as UserId

export const jobData = {
  Id: ada as string,
  Token: `token of ${ada}`,
  Phone: "0123456789",
  Password: "correct horse",
  Username: "Ada Lovelace",
  Image: "profile.jpg"
}

/** A delivery as the queue makes it, of `data` as a producer would add it. */
export const delivery = (data: unknown, overrides: Partial<Delivery> & { readonly number?: number } = {}): Delivery => {
  const { number = 1, ...rest } = overrides
  return {
    job: {
      identity: identify({ prefix: "bull", name: "Update_User" }, String(number), "1"),
      jobId: String(number),
      place: { life: 1, number }
    },
    data: JSON.stringify(data),
    name: "__default__",
    deliveredBefore: false,
    ...rest
  }
}
