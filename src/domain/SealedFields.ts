import { Predicate, Redacted, Result } from "effect"
import { InvalidJob } from "./Errors.ts"
import { type JsonObject } from "./JsonObject.ts"
import { readScalars } from "./readScalars.ts"

/** The data of a job that has the member `Sealed` (README, wire contract 1). */
export interface SealedData extends JsonObject {
  readonly Sealed: unknown
}

/** Whether a job's data has the member `Sealed`, whatever it is. */
export const isSealed = (data: unknown): data is SealedData =>
  Predicate.isObject(data) && !Array.isArray(data) && Object.hasOwn(data, "Sealed")

/**
 * The data of a sealed job with its sealed fields in place, of the JSON text that was sealed. `InvalidJob` is `sealed` where that is no
 * object of scalars. It names the first field that should have been sealed and was not, as `Id`, `Token`, `Phone` and `Password` go
 * together, or that is plain too with another value.
 */
export const mergeSealed = (data: SealedData, text: Redacted.Redacted): Result.Result<JsonObject, InvalidJob> => {
  const sealed = readScalars(Redacted.value(text))
  if (sealed === undefined) return Result.fail(new InvalidJob({ reason: "sealed" }))
  const bad = fields.find((field) => isMissing(sealed, field) || isContradicted(data, sealed, field))
  return bad === undefined
    ? Result.succeed({ ...data, ...pick(sealed) })
    : Result.fail(new InvalidJob({ reason: "field", field: bad }))
}

const inseparable = ["Id", "Token", "Phone", "Password"] as const
const fields = [...inseparable, "Username", "Image"] as const
type Field = (typeof fields)[number]

const isMissing = (sealed: JsonObject, field: Field) =>
  inseparable.some((name) => name === field) && !Object.hasOwn(sealed, field)

const isContradicted = (data: JsonObject, sealed: JsonObject, field: Field) =>
  Object.hasOwn(sealed, field) && Object.hasOwn(data, field) && data[field] !== sealed[field]

const pick = (sealed: JsonObject): JsonObject =>
  Object.fromEntries(fields.filter((field) => Object.hasOwn(sealed, field)).map((field) => [field, sealed[field]]))
