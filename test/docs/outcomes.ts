import { type OutcomeTag, sentences } from "../../src/domain/Outcome.ts"
import { code, table } from "./table.ts"

/** Every outcome, when a job has it, and the words that its user reads. */
export const outcomesTable = (): string =>
  table(
    ["outcome", "when", "Status", "Message"],
    Object.entries(sentences).map(([tag, { Status, Message }]) => [
      code(tag),
      occasions[tag as OutcomeTag],
      String(Status),
      code(Message)
    ])
  )

const occasions: Readonly<Record<OutcomeTag, string>> = {
  Updated: "the user's row holds this update, or that of a later job",
  InvalidToken: "the token is bad, expired, or another user's",
  EncryptionFailed: "phone and password could not be encrypted",
  VerifierUnavailable: "nobody could say whether the token is good",
  DbError: "the update did not take effect, for example as the user is unknown",
  InvalidJob: "the job itself is malformed",
  Defect: "a bug; its kind and place are in the log"
}
