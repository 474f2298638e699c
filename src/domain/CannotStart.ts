import { Schema } from "effect"

/** The service refuses to start. `message` says to an operator what is wrong and how to mend it; it holds no secret. */
export class CannotStart extends Schema.TaggedError<CannotStart>()("CannotStart", { message: Schema.String }) {}
