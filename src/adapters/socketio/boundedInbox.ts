import type { Semaphore } from "effect"
import type { Inbox } from "../../services/Inbox.ts"

/** An inbox that is asked by so many at a time as there are permits; the others wait in their order. */
export const boundedInbox = (inbox: Inbox["Service"], permits: Semaphore.Semaphore): Inbox["Service"] => ({
  last: (userId) => permits.withPermit(inbox.last(userId)),
  after: (userId, position) => permits.withPermit(inbox.after(userId, position)),
  unheard: (userId, after) => permits.withPermit(inbox.unheard(userId, after)),
  received: (userId, position) => permits.withPermit(inbox.received(userId, position)),
  behind: (positions) => permits.withPermit(inbox.behind(positions))
})
