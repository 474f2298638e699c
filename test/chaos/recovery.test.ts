import { assert, describe, it } from "@effect/vitest"
import { identify } from "../../src/domain/identify.ts"
import { type Attempt, secretsOf } from "./Attempt.ts"
import { measureRecovery } from "./recovery.ts"

const identityOf = (sequence: number) => identify({ prefix: "bull", name: "Update_User" }, `${sequence}`, "1")

const attempt = (sequence: number): Attempt => ({
  ...secretsOf(sequence),
  sequence,
  kind: "good",
  userId: "ada",
  accepted: { identity: identityOf(sequence), jobId: `${sequence}`, number: sequence }
})

/** A run in which the job of each sequence ended so many milliseconds after the start. */
const ended = (...ends: ReadonlyArray<number>) => ({
  attempts: ends.map((_, index) => attempt(index + 1)),
  ledger: {
    changes: [],
    users: [],
    outcomes: ends.map((endedAt, index) => ({
      userId: "ada",
      position: index + 1,
      identity: identityOf(index + 1),
      jobId: `${index + 1}`,
      life: 1,
      number: index + 1,
      tag: "Updated" as const,
      reason: "",
      superseded: false,
      endedAt
    }))
  },
  transcripts: []
})

const kill = { kind: "kill", target: "worker-1", from: 1000, to: 2000 } as const

describe("recovery", () => {
  it("counts from the kill to the end of what was in hand, and nothing that had ended before", () => {
    const { all } = measureRecovery(ended(500, 5000, 9000), [{ at: 1000, jobs: [1, 2, 3] }], [kill])
    assert.deepStrictEqual(all, { jobs: 2, p50: 8, p99: 8 })
  })

  it("is undisturbed where nothing else went wrong meanwhile", () => {
    const freeze = { kind: "freeze", target: "mysql", from: 6000, to: 7000 } as const
    const { undisturbed } = measureRecovery(ended(4000, 9000), [{ at: 1000, jobs: [1, 2] }], [kill, freeze])
    assert.deepStrictEqual(undisturbed, { jobs: 1, p50: 3, p99: 3 })
  })
})
