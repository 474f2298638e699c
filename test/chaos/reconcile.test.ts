import { assert, describe, it } from "@effect/vitest"
import { identify } from "../../src/domain/identify.ts"
import { type OutcomeTag, sentences } from "../../src/domain/Outcome.ts"
import { type Attempt, type JobKind, secretsOf } from "./Attempt.ts"
import type { Heard, Transcript } from "./Client.ts"
import type { LedgerOutcome, StoredUser } from "./readLedger.ts"
import { type Findings, reconcile } from "./reconcile.ts"
import type { Witnesses } from "./witnesses.ts"

const ada = "ada"
const identityOf = (jobId: string) => identify({ prefix: "bull", name: "Update_User" }, jobId, "1")

const accepted = (sequence: number, kind: JobKind = "good"): Attempt => ({
  ...secretsOf(sequence),
  sequence,
  kind,
  userId: ada,
  accepted: { identity: identityOf(`${sequence}`), jobId: `${sequence}`, number: sequence }
})

const inDoubt = (sequence: number): Attempt => ({ ...secretsOf(sequence), sequence, kind: "good", userId: ada })

const named = (sequence: number): Attempt => ({
  ...accepted(sequence),
  accepted: { identity: identityOf(`order-${sequence}`), jobId: `order-${sequence}` }
})

const outcome = (position: number, changes: Partial<LedgerOutcome> = {}): LedgerOutcome => {
  const jobId = changes.jobId ?? `${position}`
  return {
    userId: ada,
    position,
    identity: identityOf(jobId),
    jobId,
    life: 1,
    number: position,
    tag: "Updated",
    reason: "",
    superseded: false,
    endedAt: 0,
    ...changes
  }
}

const change = (sequence: number, changes: Partial<StoredUser> = {}): StoredUser => ({
  userId: ada,
  ...secretsOf(sequence),
  ...changes
})

const heard = (position: number, tag: OutcomeTag = "Updated", jobId = `${position}`): Heard => ({
  ...sentences[tag],
  Position: position,
  JobId: jobId,
  NotificationId: identityOf(jobId)
})

const hears = (...all: ReadonlyArray<Heard>): ReadonlyArray<Transcript> => [{ userId: ada, heard: all }]
const told = (...tags: ReadonlyArray<OutcomeTag>) => hears(...tags.map((tag) => sentences[tag]))

/** A run in which three updates were accepted, applied and heard in order; and what is otherwise. */
const run = ({
  ledger,
  ...changes
}: Partial<Omit<Witnesses, "ledger">> & { readonly ledger?: Partial<Witnesses["ledger"]> } = {}): Findings => {
  const all = ledger?.changes ?? [1, 2, 3].map((sequence) => change(sequence))
  const last = all.at(-1) ?? { userId: ada, name: "", phone: "", password: "" }
  return reconcile({
    attempts: [1, 2, 3].map((sequence) => accepted(sequence)),
    transcripts: hears(heard(1), heard(2), heard(3)),
    ...changes,
    ledger: { outcomes: [1, 2, 3].map((position) => outcome(position)), changes: all, users: [last], ...ledger }
  })
}

const found = (findings: Findings) =>
  Object.entries(findings)
    .filter(([, all]) => all.length > 0)
    .map(([kind]) => kind)

describe("reconciling finds nothing where", () => {
  const innocent: Readonly<Record<string, Findings>> = {
    "all was applied and heard in order": run(),
    "an earlier update ended after a later one and was superseded": run({
      ledger: {
        outcomes: [outcome(1), outcome(2, { jobId: "3", number: 3 }), outcome(3, { jobId: "2", number: 2, superseded: true })],
        changes: [change(1), change(3)]
      },
      transcripts: hears(heard(1), heard(2, "Updated", "3"), heard(3, "Updated", "2"))
    }),
    "jobs failed and were told so": run({
      attempts: [accepted(1, "badToken"), accepted(2, "malformed"), accepted(3)],
      ledger: {
        outcomes: [outcome(1, { tag: "InvalidToken" }), outcome(2, { tag: "InvalidJob" }), outcome(3)],
        changes: [change(3)]
      },
      transcripts: hears(heard(1, "InvalidToken"), heard(2, "InvalidJob"), heard(3))
    }),
    "Redis took a job without an answer": run({ attempts: [accepted(1), accepted(2), inDoubt(3)] }),
    "Redis did not take a job that it never answered": run({ attempts: [1, 2, 3].map((n) => accepted(n)).concat(inDoubt(4)) }),
    "a custom id took its number when it was picked up": run({
      attempts: [named(1), accepted(2), accepted(3)],
      ledger: {
        outcomes: [
          outcome(1, { jobId: "2", number: 2 }),
          outcome(2, { jobId: "3", number: 3 }),
          outcome(3, { jobId: "order-1", number: 4 })
        ],
        changes: [change(2), change(3), change(1)]
      },
      transcripts: hears(heard(1, "Updated", "2"), heard(2, "Updated", "3"), heard(3, "Updated", "order-1"))
    }),
    "a hub elsewhere was told twice": run({ transcripts: told("Updated", "Updated", "Updated", "Updated") })
  }
  it.each(Object.entries(innocent))("%s", (_, findings) => {
    assert.deepStrictEqual(findings, { lost: [], contradicted: [], doubled: [], outOfOrder: [], unheard: [] })
  })
})

describe("reconciling finds", () => {
  const guilty: Readonly<Record<string, readonly [ReadonlyArray<keyof Findings>, Findings]>> = {
    "an accepted job without an outcome": [["lost"], run({ attempts: [1, 2, 3, 4].map((sequence) => accepted(sequence)) })],
    "an update that was told as failed and applied": [
      ["contradicted"],
      run({
        ledger: { outcomes: [outcome(1), outcome(2, { tag: "EncryptionFailed" }), outcome(3)] },
        transcripts: hears(heard(1), heard(2, "EncryptionFailed"), heard(3))
      })
    ],
    "an update that was told as done and not applied": [["contradicted"], run({ ledger: { changes: [change(1), change(3)] } })],
    "a superseded update that was applied": [
      ["contradicted"],
      run({ ledger: { outcomes: [outcome(1, { superseded: true }), outcome(2), outcome(3)] } })
    ],
    "an update that was called superseded and was the last": [
      ["contradicted", "outOfOrder"],
      run({ ledger: { outcomes: [outcome(1), outcome(2), outcome(3, { superseded: true })], changes: [change(1), change(2)] } })
    ],
    "a bad token that took effect": [["contradicted"], run({ attempts: [accepted(1, "badToken"), accepted(2), accepted(3)] })],
    "a good job that was judged as malformed": [
      ["contradicted"],
      run({
        ledger: { outcomes: [outcome(1, { tag: "InvalidJob" }), outcome(2), outcome(3)], changes: [change(2), change(3)] },
        transcripts: hears(heard(1, "InvalidJob"), heard(2), heard(3))
      })
    ],
    "a password stored otherwise than meant": [
      ["contradicted"],
      run({ ledger: { changes: [change(1), change(2, { password: "undecipherable" }), change(3)] } })
    ],
    "an update applied to another user": [
      ["contradicted"],
      run({ ledger: { changes: [change(1), change(2, { userId: "bob" }), change(3)], users: [change(3)] } })
    ],
    "a row that nobody is known to have written": [
      ["contradicted"],
      run({ ledger: { users: [change(3, { name: "Mallory" })] } })
    ],
    "an outcome of a job that nobody added": [
      ["contradicted"],
      run({
        attempts: [accepted(1), accepted(2)],
        ledger: { outcomes: [outcome(1), outcome(2), outcome(3, { tag: "InvalidToken" })], changes: [change(1), change(2)] },
        transcripts: hears(heard(1), heard(2), heard(3, "InvalidToken"))
      })
    ],
    "an outcome that was recorded of another user": [
      ["contradicted"],
      run({
        attempts: [accepted(1), accepted(2), accepted(3, "badToken")],
        ledger: {
          outcomes: [outcome(1), outcome(2), outcome(3, { userId: "bob", tag: "InvalidToken" })],
          changes: [change(1), change(2)]
        },
        transcripts: hears(heard(1), heard(2))
      })
    ],
    "an update that was called superseded before the later one was applied": [
      ["contradicted"],
      run({ ledger: { outcomes: [outcome(1), outcome(2, { superseded: true }), outcome(3)], changes: [change(1), change(3)] } })
    ],
    "a client that was told another sentence than the ledger's": [
      ["contradicted"],
      run({ transcripts: hears(heard(1), heard(2, "InvalidToken"), heard(3)) })
    ],
    "a client that was told of another job": [
      ["contradicted"],
      run({ transcripts: hears(heard(1), { ...heard(2), JobId: "9" }, heard(3)) })
    ],
    "a client that was told under another notification id": [
      ["contradicted"],
      run({ transcripts: hears(heard(1), { ...heard(2), NotificationId: identityOf("9") }, heard(3)) })
    ],
    "a client that heard what no ledger has": [
      ["contradicted"],
      run({ transcripts: hears(heard(1), heard(2), heard(3), heard(4)) })
    ],
    "a hub elsewhere that was told what is not so": [
      ["contradicted"],
      run({ transcripts: told("Updated", "Updated", "Updated", "InvalidToken") })
    ],
    "an update that was applied twice": [
      ["doubled"],
      run({ ledger: { changes: [change(1), change(2), change(2), change(3)] } })
    ],
    "a position that a client heard twice": [["doubled"], run({ transcripts: hears(heard(1), heard(2), heard(3), heard(3)) })],
    "an earlier update that was applied after a later one": [
      ["outOfOrder"],
      run({ ledger: { changes: [change(1), change(3), change(2)] } })
    ],
    "changes that were in order only at the end": [
      ["outOfOrder"],
      run({ ledger: { changes: [change(2), change(1), change(3)] } })
    ],
    "a number that is not the one that Redis counted": [
      ["outOfOrder"],
      run({ ledger: { outcomes: [outcome(1), outcome(2), outcome(3, { number: 4 })] } })
    ],
    "positions that a client heard in another order": [
      ["outOfOrder"],
      run({ transcripts: hears(heard(1), heard(3), heard(2)) })
    ],
    "an outcome that a client never heard": [["unheard"], run({ transcripts: hears(heard(1), heard(3)) })],
    "a client that heard nothing at all": [["unheard"], run({ transcripts: hears() })],
    "a hub elsewhere that was told too little": [["unheard"], run({ transcripts: told("Updated", "Updated") })]
  }
  it.each(Object.entries(guilty))("%s", (_, [kinds, findings]) => {
    assert.deepStrictEqual(found(findings), [...kinds])
  })
})
