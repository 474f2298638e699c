import { identify } from "../../src/domain/identify.ts"
import { type Recorded, updated } from "../../src/domain/Outcome.ts"
import type { UserId } from "../../src/domain/UserId.ts"

/** An outcome as the ledger holds it, told apart from others of the user by its position. */
export const recordedFor = (userId: UserId | undefined, position = 1, outcome = updated): Recorded => ({
  identity: identify({ prefix: "bull", name: "Update_User" }, `${userId}/${position}`, "1"),
  jobId: `${position}`,
  ...(userId === undefined ? {} : { userId }),
  position,
  life: 1,
  outcome
})
