import { UserId } from "../../src/domain/UserId.ts"
import type { AddOptions } from "../../src/testing/MemoryQueue.ts"
import { type JobData, jobFor } from "../../src/testing/jobs.ts"
import type { Dice } from "./dice.ts"

/** What is true of a job before anything happens to it. */
export type JobKind =
  | "good"
  | "poison"
  | "badToken"
  | "foreignToken"
  | "expiredToken"
  | "expiringToken"
  | "puzzlingToken"
  | "unencodable"
  | "bugBait"
  | "malformed"
  | "unreadable"
  | "named"
  | "unknownUser"

/** A job as its producer adds it. `at` is when, `delay` how long Redis holds it back; both in milliseconds. */
export interface PlannedJob {
  readonly kind: JobKind
  readonly at: number
  readonly data: JobData | string
  readonly userId: UserId | undefined
  readonly username: string
  readonly tokenExpires: number
  readonly options: AddOptions & { readonly delay?: number }
}

/** The users that have an account, and one that has none. */
export const users: ReadonlyArray<UserId> = ["ada", "bob"].map((id) => UserId.make(id))
export const stranger = UserId.make("eve")

/** What the encryption service cannot take. */
export const unencodable = "<>"

/** What a secret looks like here, plain or in base64 at any offset; nothing else does. */
export const canary = "canary"
const canaryPhone = "09-90-09-"
export const looksSecret = new RegExp(
  [canary, canaryPhone, ...[0, 1, 2].map((offset) => base64At(canary, offset))].join("|"),
  "u"
)

/** Some jobs of some users: half of them good, and many of one other kind. */
export const planJobs = (dice: Dice): ReadonlyArray<PlannedJob> => {
  const theme = dice.pick(others)
  return Array.from({ length: dice.between(3, 6) }, (_, index) =>
    planJob(dice, index, dice.chance(0.5) ? "good" : dice.chance(0.5) ? theme : dice.pick(others))
  )
}

const planJob = (dice: Dice, index: number, kind: JobKind): PlannedJob => {
  const id = kind === "unknownUser" ? stranger : dice.pick(users)
  const at = dice.between(0, 3000)
  const username = `name ${index}`
  const tokenExpires = expiry[kind]?.(at, dice) ?? Number.MAX_SAFE_INTEGER
  const subject = kind === "foreignToken" ? (users.find((other) => other !== id) ?? id) : id
  const data = jobFor(id, {
    Token: `${seals[kind] ?? "signed"} ${subject} ${tokenExpires} ${canary}`,
    Phone: kind === "malformed" ? "x" : `${canaryPhone}${index}`,
    Password: `${canary} ${kind === "unencodable" ? unencodable : index}`,
    Username: username
  })
  return {
    kind,
    at,
    data: kind === "unreadable" ? `${canary} ${index}` : data,
    userId: kind === "unreadable" ? undefined : id,
    username,
    tokenExpires,
    options: {
      ...(kind === "named" ? { name: "other" } : {}),
      ...(dice.chance(0.2) ? { jobId: `order-${index}` } : {}),
      ...(dice.chance(0.1) ? { priority: 1 } : {}),
      ...(dice.chance(0.1) ? { delay: dice.between(1, 2000) } : {})
    }
  }
}

const others: ReadonlyArray<JobKind> = [
  "badToken",
  "foreignToken",
  "expiredToken",
  "expiringToken",
  "puzzlingToken",
  "puzzlingToken",
  "unencodable",
  "unencodable",
  "bugBait",
  "malformed",
  "unreadable",
  "named",
  "unknownUser",
  "unknownUser",
  "poison"
]

/** What stands before a token, where it is not `signed`: how the token service takes it. */
const seals: Readonly<Partial<Record<JobKind, string>>> = { badToken: "forged", puzzlingToken: "puzzling", bugBait: "bait" }

const expiry: Readonly<Partial<Record<JobKind, (at: number, dice: Dice) => number>>> = {
  expiredToken: () => -1,
  expiringToken: (at, dice) => at + dice.between(0, 10_000)
}

function base64At(text: string, offset: number): string {
  const encoded = Buffer.from(`${"-".repeat(offset)}${text}`)
    .toString("base64")
    .replace(/=+$/u, "")
  return encoded.slice(Math.ceil((offset * 8) / 6), -1)
}
