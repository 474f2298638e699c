import { Redacted } from "effect"
import { failedReason, type Recorded } from "../../src/domain/Outcome.ts"
import type { MemoryJob } from "../../src/testing/MemoryQueue.ts"
import type { Client } from "./clients.ts"
import { justify } from "./justify.ts"
import { looksSecret, users } from "./plan.ts"
import { blame, isSame, poison } from "./watch.ts"
import type { World } from "./World.ts"

/** What is left when all is over. */
export interface Remains {
  readonly jobs: ReadonlyMap<string, MemoryJob | undefined>
  readonly clients: ReadonlyArray<Client>
}

/** Judges what is left of a simulation: whatever breaks a promise becomes a violation. */
export const judge = (world: World, remains: Remains): void => {
  judgeOutcomes(world, remains)
  judgeRows(world)
  judgeClients(world, remains)
  judgeSecrets(world, remains)
}

const judgeOutcomes = (world: World, { jobs }: Remains) => {
  for (const [jobId, planned] of world.jobs) {
    const job = jobs.get(jobId)
    const outcomes = recordedOf(world, jobId)
    const [recorded] = outcomes
    if (recorded === undefined || outcomes.length > 1) {
      blame(world, "P1", jobId, `has ${outcomes.length} outcomes, and stands as ${job?.state}`)
      continue
    }
    const reason = failedReason(recorded.outcome)
    if (job?.state !== (reason === undefined ? "completed" : "failed") || job.failedReason !== reason)
      blame(world, "P1", jobId, `stands as ${job?.state} ${job?.failedReason} in the queue, and as ${reason} in the ledger`)
    const lostRuns = world.decisions.get(jobId)?.run?.lostRuns ?? 0
    if (recorded.userId !== planned.userId && lostRuns <= poison)
      blame(world, "P2", jobId, `is recorded for ${recorded.userId} and was of ${planned.userId}`)
    justify(world, jobId, planned, recorded)
  }
}

const judgeRows = ({ jobs, jobIds, places, tables, violations }: World) => {
  const applied = tables.applications.map((identity) => jobIds.get(identity) ?? "")
  for (const [index, jobId] of applied.entries())
    if (applied.indexOf(jobId) !== index) violations.add(`P4: ${jobId} was applied twice`)
  for (const userId of users) {
    const updated = [...tables.outcomes.values()].filter(
      (recorded) => recorded.userId === userId && recorded.outcome.tag === "Updated"
    )
    const last = updated.toSorted((a, b) => (places.get(a.jobId) ?? 0) - (places.get(b.jobId) ?? 0)).at(-1)
    const row = tables.users.get(userId)
    const expected = last && jobs.get(last.jobId)?.username
    if ((row && Redacted.value(row.username)) !== expected)
      violations.add(`P3: the row of ${userId} is not that of its last update, ${last?.jobId}`)
    for (const jobId of applied)
      if (jobs.get(jobId)?.userId === userId && updated.every((recorded) => recorded.jobId !== jobId))
        violations.add(`P1: ${jobId} was applied, and its outcome is another`)
  }
}

const judgeClients = (world: World, { clients }: Remains) => {
  for (const client of clients) {
    const name = `${client.userId} ${client.keepsPosition ? "with" : "without"} a position`
    const due = [...world.tables.outcomes.values()]
      .filter(({ userId }) => userId === client.userId)
      .toSorted((a, b) => a.position - b.position)
    for (const [index, { position }] of due.entries())
      if (position !== index + 1) blame(world, "P2", client.userId, `has the position ${position} where ${index + 1} was due`)
    const heard = client.heard.map(text)
    if (client.heard.some((recorded) => due.every((other) => !isSame(other, recorded))))
      blame(world, "P1", name, "heard what is not recorded")
    if (client.keepsPosition && heard.join("\n") !== due.map(text).join("\n"))
      blame(world, "P2", name, `heard ${positions(client.heard)} instead of ${positions(due)}`)
    const isAlone = clients.every((other) => other === client || other.userId !== client.userId)
    if (isAlone && due.some((recorded) => !heard.includes(text(recorded))))
      blame(world, "P2", name, `heard ${positions(client.heard)} and not all of ${positions(due)}`)
  }
}

const judgeSecrets = (world: World, { jobs }: Remains) => {
  for (const [jobId, job] of jobs) {
    if (job?.data !== "{}") blame(world, "P8", jobId, "has ended and still holds its data")
    if (looksSecret.test(String(job?.failedReason))) blame(world, "P8", jobId, "failed with a secret in the reason")
  }
  const sinks = { logs: world.logs, told: world.told.map(text), outcomes: [...world.tables.outcomes.values()].map(text) }
  for (const [name, lines] of Object.entries(sinks))
    if (lines.some((line) => looksSecret.test(line))) blame(world, "P8", name, "hold a secret")
  if (world.logs.length === 0) blame(world, "P8", "logs", "are empty, so that nothing is shown")
}

const recordedOf = ({ tables }: World, jobId: string): ReadonlyArray<Recorded> =>
  [...tables.outcomes.values()].filter((recorded) => recorded.jobId === jobId)

const text = (recorded: Recorded) => JSON.stringify(recorded)

const positions = (outcomes: ReadonlyArray<Recorded>) => `[${outcomes.map(({ position }) => position).join(" ")}]`
