import type { Dialect } from "./encodeRequest.ts"

/** The made-up passwords with which a service is found out: forty letters, forty escaped ampersands, two hundred letters. */
export const probes = { forty: "x".repeat(40), ampersands: "&amp;".repeat(40), twoHundred: "x".repeat(200) } as const

/** The bytes of ciphertext that came back for each of them. */
export type Lengths = Readonly<Record<keyof typeof probes, number>>

/**
 * What the lengths tell: a service that undid the escapes encrypted forty letters, one that did not encrypted two hundred. Paddings
 * and random parts of up to 16 bytes do not matter; answers of one length tell nothing.
 */
export const findDialect = ({ forty, ampersands, twoHundred }: Lengths): Dialect => {
  if (isNear(forty, twoHundred)) return "undetermined"
  if (isNear(ampersands, forty)) return "strict"
  return isNear(ampersands, twoHundred) ? "literal" : "undetermined"
}

const isNear = (one: number, other: number) => Math.abs(one - other) <= 16
