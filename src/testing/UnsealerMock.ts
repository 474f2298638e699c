import { Effect, Layer, Redacted } from "effect"
import { InvalidJob } from "../domain/Errors.ts"
import { Unsealer } from "../services/Unsealer.ts"
import { makeScript, type Script } from "./Script.ts"

type Unseal = Unsealer["Service"]["unseal"]

/** What the unsealer answers, in turn. */
export type UnsealScript = Script<Parameters<Unseal>, Redacted.Redacted, InvalidJob>

/** Writes an {@link UnsealScript}. */
export const script = makeScript<Parameters<Unseal>, Redacted.Redacted, InvalidJob>

/** A seal that the mock opens: `sealed: ` and the fields in JSON. */
export const sealOf = (fields: unknown): string => `${mark}${JSON.stringify(fields)}`

/** An unsealer that opens what {@link sealOf} makes, unless a script or another method is given. */
export const layer = (unseal: Unseal | UnsealScript = open): Layer.Layer<Unsealer> =>
  Layer.succeed(Unsealer, { unseal: typeof unseal === "function" ? unseal : unseal.over(open) })

const mark = "sealed: "

const open: Unseal = (sealed) =>
  sealed.startsWith(mark)
    ? Effect.succeed(Redacted.make(sealed.slice(mark.length), { label: "sealed" }))
    : Effect.fail(new InvalidJob({ reason: "sealed" }))
