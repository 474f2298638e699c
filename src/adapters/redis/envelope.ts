import { type Option, Schema } from "effect"
import { Recorded } from "../../domain/Outcome.ts"

/** What travels between processes: which one it comes from, and an outcome; none from one that has begun to listen. */
const Envelope = Schema.Struct({ origin: Schema.String, recorded: Schema.optionalKey(Recorded) })
export type Envelope = typeof Envelope.Type

/** An envelope as JSON text. */
export const seal = (envelope: Envelope): string => JSON.stringify(envelope)

/** Reads the text of an envelope; absent for any other text. */
export const open: (text: string) => Option.Option<Envelope> = Schema.decodeUnknownOption(Schema.fromJsonString(Envelope))
