import type { EncryptionFailed, InvalidToken, VerifierUnavailable } from "./Errors.ts"

/** What verifying and encrypting can fail with. */
export type NeighbourError = InvalidToken | VerifierUnavailable | EncryptionFailed

/** Whether the same call may succeed a little later: such failures pass by themselves and are tried again; the others are told at once. */
export const isTransient = (error: NeighbourError): boolean => error._tag !== "InvalidToken" && transient[error.reason]

const transient: Readonly<Record<(VerifierUnavailable | EncryptionFailed)["reason"], boolean>> = {
  unreachable: true,
  timeout: true,
  overloaded: true,
  rejected: false,
  badAnswer: false,
  notEncodable: false,
  deadline: false
}
