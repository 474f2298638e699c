import type { UpdateUserError } from "../../src/domain/Errors.ts"
import { sentences } from "../../src/domain/Outcome.ts"
import { code, table } from "./table.ts"

/** Every error that a job may end with or meet on its way, as logs, the ledger and Bull's `failedReason` name it. */
export const errorsTable = (): string =>
  table(
    ["error", "what it means", "tried again", "the user reads"],
    Object.entries<Readonly<Record<string, Text>>>(errors).flatMap(([tag, reasons]) =>
      Object.entries(reasons).map(([reason, { means, again = "no", shown = reason }]) => [
        code(`${tag}: ${shown}`),
        means,
        again,
        sentences[tag as UpdateUserError["_tag"]].Message
      ])
    )
  )

/** `again` says until when it is tried again, where it is; `shown` what stands for the reason, where another text does. */
interface Text {
  readonly means: string
  readonly again?: string
  readonly shown?: string
}

const untilDeadline = "until `JOB_DEADLINE`, then `deadline`"

const refusedConnection = { means: "the connection was refused or cut, or the host is unknown", again: untilDeadline }
const silence = { means: "no answer in time", again: untilDeadline }
const overload = { means: "status 5xx, 408 or 429", again: untilDeadline }
const away = { means: "the service was away until `JOB_DEADLINE`" }

/** What each reason of each error means. A reason without a text does not compile. */
export const errors: { readonly [E in UpdateUserError as E["_tag"]]: Readonly<Record<E["reason"], Text>> } = {
  InvalidToken: {
    malformed: { means: "no JWT, or one that could be read in two ways, or too long" },
    algorithm: { means: "its `alg` is none that is allowed here" },
    signature: { means: "the signature is not of a key that is known here" },
    claims: { means: "a claim is missing, of another type, or not the one that is required; or it names no possible user" },
    expired: { means: "`exp` has passed" },
    notYetValid: { means: "`nbf` or `iat` lies in the future" },
    refused: { means: "the token service says that it is not valid" },
    foreign: { means: "it names another user than the job does" }
  },
  VerifierUnavailable: {
    unreachable: refusedConnection,
    timeout: silence,
    overloaded: overload,
    badAnswer: { means: "any other answer that says nothing about the token" },
    deadline: away
  },
  EncryptionFailed: {
    unreachable: refusedConnection,
    timeout: silence,
    overloaded: overload,
    rejected: { means: "any other status than 200" },
    badAnswer: { means: "status 200 without a well-formed `EncryptResponse`, or with ciphertexts of another length" },
    notEncodable: { means: "a value with `&`, `<` or `>` that would not arrive as it was typed; it was not sent" },
    deadline: away
  },
  DbError: {
    unavailable: { means: "MySQL is away, or does not let this account in", again: "without end; no job ends with it" },
    busy: { means: "the row is locked, or there was a deadlock", again: "until `JOB_DEADLINE`" },
    unknownUser: { means: "no user has this `Id`, letter for letter" },
    ambiguousUser: { means: "to the database more than one user has this `Id`" },
    notStored: { means: "after `UpdateRecord` the row does not hold what was given; rolled back" },
    procedure: { means: "a procedure is missing, takes other parameters, or lacks rights" },
    refused: { means: "MySQL refused the update for good, or it is larger than `max_allowed_packet`" }
  },
  InvalidJob: {
    unreadable: { means: "no JSON object, or the job's data is gone" },
    tooLarge: { means: "more than `JOB_MAX_BYTES`" },
    named: { means: "the job has a name" },
    sealed: {
      means: "`Sealed` cannot be opened: it is for a key that is not in `SEAL_PRIVATE_KEYS`, was changed, or is no such JWE (1)"
    },
    field: { means: "this field, the first of them, breaks its rule (1)", shown: "<field>" }
  }
}
