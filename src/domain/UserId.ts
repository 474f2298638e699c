import { Schema } from "effect"

/** What a user identifier looks like where `USER_ID_PATTERN` is not set (README, wire contract 1). */
export const defaultUserIdPattern = /^[A-Za-z0-9_-]{1,100}$/u

/** A user's identifier: 1 to 100 visible ASCII characters, compared letter for letter (README, wire contract 1). */
export const UserId = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,100}$/u)).pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

/** Compiles the reader of identifiers of this deployment (`USER_ID_PATTERN`): absent for whatever is none. */
export const makeReadUserId = (pattern: RegExp): ((value: unknown) => UserId | undefined) => {
  const isUserId = Schema.is(UserId.check(Schema.isPattern(pattern)))
  return (value) => (isUserId(value) ? value : undefined)
}
