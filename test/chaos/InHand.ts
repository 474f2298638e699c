import { sequenceIn } from "./Attempt.ts"

/** Which jobs each worker has sent to the encryption service, by their sequence, with the time of the latest in ms since 1970. */
export interface InHand {
  /** Reads along with what a worker sends. */
  readonly tap: (worker: string) => (chunk: Buffer) => void
  /** The jobs whose last run, until now, was this worker's. */
  readonly of: (worker: string) => ReadonlyArray<number>
}

/** Nothing in hand. A planted password says to which job it belongs. */
export const makeInHand = (): InHand => {
  const workers = new Map<number, string>()
  return {
    tap: (worker) => (chunk) => {
      for (const sequence of sequenceIn(chunk.toString("latin1"))) workers.set(sequence, worker)
    },
    of: (worker) => [...workers].filter(([, last]) => last === worker).map(([sequence]) => sequence)
  }
}
