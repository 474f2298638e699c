import type { EncryptionFailed } from "../../domain/Errors.ts"

/** Which failures pass by themselves and are tried again; the others are told at once. */
const transient: Readonly<Record<EncryptionFailed["reason"], boolean>> = {
  unreachable: true,
  timeout: true,
  overloaded: true,
  rejected: false,
  badAnswer: false,
  notEncodable: false,
  deadline: false
}

/** Whether the same call may succeed a little later. */
export const isTransient = ({ reason }: EncryptionFailed): boolean => transient[reason]
