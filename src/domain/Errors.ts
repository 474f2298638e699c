import { Schema } from "effect"

/** The token does not open the account that the job names: bad, expired, refused by the token service, or another user's. */
export class InvalidToken extends Schema.TaggedError<InvalidToken>()("InvalidToken", {
  reason: Schema.Literals(["malformed", "algorithm", "signature", "claims", "expired", "notYetValid", "refused", "foreign"])
}) {
  override get message() {
    return describe(this)
  }
}

/** Nobody could say whether the token is good: an outage or a nonsensical answer of the token service, never the user's fault. */
export class VerifierUnavailable extends Schema.TaggedError<VerifierUnavailable>()("VerifierUnavailable", {
  reason: Schema.Literals(["unreachable", "timeout", "overloaded", "badAnswer", "deadline"])
}) {
  override get message() {
    return describe(this)
  }
}

/** Phone and password could not be encrypted, or the service's answer cannot be trusted, or a value cannot be sent unharmed. */
export class EncryptionFailed extends Schema.TaggedError<EncryptionFailed>()("EncryptionFailed", {
  reason: Schema.Literals(["unreachable", "timeout", "overloaded", "rejected", "badAnswer", "notEncodable", "deadline"])
}) {
  override get message() {
    return describe(this)
  }
}

/** The update did not take effect in MySQL and was rolled back as a whole. */
export class DbError extends Schema.TaggedError<DbError>()("DbError", {
  reason: Schema.Literals(["unavailable", "busy", "unknownUser", "ambiguousUser", "notStored", "procedure", "refused"])
}) {
  override get message() {
    return describe(this)
  }
}

/**
 * The job itself is malformed, or `sealed` in a way that cannot be opened here. `field` names the first field that breaks its rule; the
 * value is never told.
 */
export class InvalidJob extends Schema.TaggedError<InvalidJob>()("InvalidJob", {
  reason: Schema.Literals(["unreadable", "tooLarge", "named", "sealed", "field"]),
  field: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return describe(this)
  }
}

/** Every way in which an update can end without taking effect, but for a bug. */
export type UpdateUserError = InvalidToken | VerifierUnavailable | EncryptionFailed | DbError | InvalidJob

const describe = (error: { readonly _tag: string; readonly reason: string; readonly field?: string }) =>
  `${error._tag}: ${error.field ?? error.reason}`
