import { Schema } from "effect"

/** Another process listens on the port that a variable names. `message` says to an operator how to mend it. */
export class PortTaken extends Schema.TaggedError<PortTaken>()("PortTaken", {
  variable: Schema.String,
  port: Schema.Number,
  message: Schema.String
}) {}
