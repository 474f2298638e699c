import type { UserId } from "../../src/domain/UserId.ts"
import { deliveryOf, jobFor } from "../../src/testing/jobs.ts"

export const ada = "1234567890" as UserId

export const jobData = jobFor(ada)

/** A delivery as the queue makes it, of `data` as a producer would add it. */
export const delivery = deliveryOf
