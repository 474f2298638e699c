import { Effect } from "effect"
import { InvalidJob, type InvalidToken } from "../domain/Errors.ts"
import { isSealed, mergeSealed, type SealedData } from "../domain/SealedFields.ts"
import { type DecodeJob, makeJobReader, type UpdateUserJob } from "../domain/UpdateUserJob.ts"
import type { UserId } from "../domain/UserId.ts"
import type { Delivery } from "../services/JobQueue.ts"
import { Unsealer } from "../services/Unsealer.ts"

/** A delivery that was read: whom to tell, where that can be known, and the job, unsealed when it is asked for, or what is wrong with it. */
export interface ReadJob {
  readonly userId: UserId | undefined
  readonly job: Effect.Effect<UpdateUserJob, InvalidJob | InvalidToken, Unsealer>
}

/** Compiles the reader of deliveries. Jobs of other names, too large ones and those that are no JSON are
 * refused before decoding; of one that is more than four times too large not even the `Id` is looked for. A sealed one whose `Id`
 * cannot be read beside the seal is not opened. */
export const makeReadJob = (policy: { readonly userId: RegExp; readonly maxBytes: number }) => {
  const { decode, readUserId } = makeJobReader(policy.userId)
  return ({ data, name }: Delivery): ReadJob => {
    const parsed = parse(data, policy.maxBytes * 4)
    const refusal = refuse(data, name, policy.maxBytes)
    const userId = readUserId(parsed)
    if (refusal !== undefined) return { userId, job: Effect.fail(new InvalidJob({ reason: refusal })) }
    const isOpened = userId !== undefined && isSealed(parsed)
    return { userId, job: isOpened ? unseal(parsed, decode) : Effect.fromResult(decode(parsed)) }
  }
}

const unseal = Effect.fnUntraced(function* (data: SealedData, decode: DecodeJob) {
  const unsealer = yield* Unsealer
  if (typeof data.Sealed !== "string") return yield* new InvalidJob({ reason: "sealed" })
  const text = yield* unsealer.unseal(data.Sealed)
  const merged = yield* Effect.fromResult(mergeSealed(data, text))
  return yield* Effect.fromResult(decode(merged))
})

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
