import { type Option, Schema } from "effect"
import { Recorded } from "../../domain/Outcome.ts"

/** What travels between processes: an outcome, and which process it comes from. */
const Envelope = Schema.Struct({ origin: Schema.String, recorded: Recorded })
export type Envelope = typeof Envelope.Type

const codec = Schema.fromJsonString(Envelope)

/** An envelope as JSON text. */
export const seal: (envelope: Envelope) => string = Schema.encodeSync(codec)

/** Reads the text of an envelope; absent for any other text. */
export const open: (text: string) => Option.Option<Envelope> = Schema.decodeUnknownOption(codec)
