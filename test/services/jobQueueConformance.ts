import { consumingCases } from "./jobQueue/consuming.ts"
import { endingCases } from "./jobQueue/endings.ts"
import { orderCases } from "./jobQueue/order.ts"
import type { Subject } from "./jobQueue/QueueUnderTest.ts"
import { redeliveryCases } from "./jobQueue/redelivery.ts"

/** What every implementation of `JobQueue` holds: what a test sees on one of them, it would see on all. */
export const jobQueueConformance = <R>(subject: Subject<R>): void => {
  orderCases(subject)
  endingCases(subject)
  redeliveryCases(subject)
  consumingCases(subject)
}
