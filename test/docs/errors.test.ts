import { assert, it } from "@effect/vitest"
import { isTransient } from "../../src/domain/isTransient.ts"
import { EncryptionFailed } from "../../src/domain/Errors.ts"
import { errors } from "./errors.ts"

it("says of a failed encryption that it is tried again where it is", () => {
  const reasons = EncryptionFailed.fields.reason.literals
  assert.deepStrictEqual(
    reasons.filter((reason) => errors.EncryptionFailed[reason].again !== undefined),
    reasons.filter((reason) => isTransient(new EncryptionFailed({ reason })))
  )
})
