import { Effect } from "effect"
import { type DbError, EncryptionFailed, InvalidToken, VerifierUnavailable } from "../domain/Errors.ts"
import type { JobRef } from "../domain/JobRef.ts"
import type { Recorded } from "../domain/Outcome.ts"
import type { UpdateUserJob } from "../domain/UpdateUserJob.ts"
import { Encryptor } from "../services/Encryptor.ts"
import { Ledger } from "../services/Ledger.ts"
import { TokenVerifier } from "../services/TokenVerifier.ts"
import type { Deadline } from "./Deadline.ts"

/** Verify, encrypt, apply: each step may fail only in its own way, and only the last one changes anything. */
export const updateUser = Effect.fnUntraced(function* (
  ref: JobRef,
  job: UpdateUserJob,
  deadline: Deadline
): Effect.fn.Return<
  Recorded,
  InvalidToken | VerifierUnavailable | EncryptionFailed | DbError,
  TokenVerifier | Encryptor | Ledger
> {
  const verifier = yield* TokenVerifier
  const encryptor = yield* Encryptor
  const ledger = yield* Ledger

  const subject = yield* verifier.verify(job.Token).pipe(deadline.bound(verifierLate))
  if (subject.id !== job.Id) return yield* new InvalidToken({ reason: "foreign" })

  const credentials = yield* encryptor
    .encrypt({ phone: job.Phone, password: job.Password })
    .pipe(deadline.bound(encryptionLate))

  const record = { id: job.Id, credentials, username: job.Username, image: job.Image }
  return yield* ledger.apply(ref, record, yield* deadline.left)
})

const verifierLate = () => new VerifierUnavailable({ reason: "deadline" })
const encryptionLate = () => new EncryptionFailed({ reason: "deadline" })
