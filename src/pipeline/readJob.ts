import { Result } from "effect"
import { InvalidJob, type InvalidToken } from "../domain/Errors.ts"
import { makeJobReader, type UpdateUserJob } from "../domain/UpdateUserJob.ts"
import type { UserId } from "../domain/UserId.ts"
import type { Delivery } from "../services/JobQueue.ts"

/** A delivery that was read: the job, or what is wrong with it, and whom to tell where that can be known. */
export interface ReadJob {
  readonly userId: UserId | undefined
  readonly job: Result.Result<UpdateUserJob, InvalidJob | InvalidToken>
}

/** Compiles the reader of deliveries. Jobs of other names, too large ones and those that are no JSON are
 * refused before decoding; of one that is more than four times too large not even the `Id` is looked for. */
export const makeReadJob = (policy: { readonly userId: RegExp; readonly maxBytes: number }) => {
  const { decode, readUserId } = makeJobReader(policy.userId)
  return ({ data, name }: Delivery): ReadJob => {
    const parsed = parse(data, policy.maxBytes * 4)
    const refusal = refuse(data, name, policy.maxBytes)
    return {
      userId: readUserId(parsed),
      job: refusal === undefined ? decode(parsed) : Result.fail(new InvalidJob({ reason: refusal }))
    }
  }
}

const unnamed = "__default__"

const refuse = (data: string | undefined, name: string, maxBytes: number): InvalidJob["reason"] | undefined => {
  if (data === undefined) return "unreadable"
  if (name !== unnamed) return "named"
  return Buffer.byteLength(data) > maxBytes ? "tooLarge" : undefined
}

const parse = (data: string | undefined, longest: number): unknown => {
  try {
    return data === undefined || data.length > longest ? undefined : JSON.parse(data)
  } catch {
    return undefined
  }
}
