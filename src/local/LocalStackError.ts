import { Schema } from "effect"

/** Why a part of the local stack could not be had. `notFound` and `portTaken` are the two that code acts on. */
export const Reason = Schema.Literals(["notFound", "portTaken", "configuration", "failed", "refused", "timeout", "notOurs"])
export type Reason = typeof Reason.Type

/** The local stack could not start or did not do what was asked. The message is for a person and says what to do. */
export class LocalStackError extends Schema.TaggedError<LocalStackError>()("LocalStackError", {
  reason: Reason,
  message: Schema.String
}) {}

/** The error with this reason and message. */
export const localStackError = (reason: Reason, message: string) => new LocalStackError({ reason, message })
