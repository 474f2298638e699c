import type { JobOptions } from "bull"
import { Effect, type Redacted } from "effect"
import { issueToken } from "../../src/local/TokenIssuer.ts"
import { type Attempt, type JobKind, secretsOf } from "./Attempt.ts"
import type { Random } from "./random.ts"

/** A job that a producer is about to add: what it carries, its options, and what is to be known of it. */
export interface PlannedJob {
  readonly attempt: Attempt
  readonly data: unknown
  readonly opts: JobOptions
}

/** The next job of a run: most are good, of one user more than of others; some are not, some are delayed, urgent or named. */
export const makeJob = Effect.fnUntraced(function* (
  sequence: number,
  random: Random,
  users: readonly [string, ...ReadonlyArray<string>],
  secret: Redacted.Redacted
): Effect.fn.Return<PlannedJob> {
  const kind = pickKind(random)
  const id = random.chance(0.25) ? users[0] : random.pick(users)
  const { name, phone, password } = secretsOf(sequence)
  const owner = kind === "badToken" && random.chance(0.5) ? "somebody-else" : id
  const lifetime = kind === "badToken" && owner === id ? -3600 : 7200
  const good = {
    Id: id,
    Token: yield* issueToken(secret, owner, { lifetime }),
    Phone: phone,
    Password: password,
    Username: name,
    Image: "profile.jpg"
  }
  const data: Readonly<Record<JobKind, unknown>> = {
    good,
    badToken: good,
    malformed: { ...good, ...random.pick<object>(defects) },
    nobody: random.pick<unknown>([{ ...good, Id: ["nobody"] }, { Password: password, Token: good.Token }, [good]])
  }
  const attempt = { sequence, userId: kind === "nobody" ? "" : id, kind, name, phone, password }
  return { attempt, data: data[kind], opts: makeOptions(sequence, random) }
})

const pickKind = ({ next }: Random): JobKind => {
  const share = next()
  return share < 0.8 ? "good" : share < 0.9 ? "badToken" : share < 0.95 ? "malformed" : "nobody"
}

const defects = [{ Phone: 12 }, { Username: "" }, { Image: "data:image/png;base64,?" }, { Password: ["no text"] }] as const

const makeOptions = (sequence: number, random: Random): JobOptions => ({
  attempts: 1,
  removeOnComplete: random.chance(0.8),
  removeOnFail: random.chance(0.8),
  ...(random.chance(0.1) ? { delay: Math.round(random.between(100, 3000)) } : {}),
  ...(random.chance(0.05) ? { priority: 1 + Math.floor(random.between(0, 5)) } : {}),
  ...(random.chance(0.1) ? { jobId: random.chance(0.5) ? `order-${sequence}` : String(1_000_000_000 + sequence) } : {})
})
