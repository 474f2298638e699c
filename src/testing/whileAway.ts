import { Effect } from "effect"
import { backoff } from "../domain/backoff.ts"
import { isTransient, type NeighbourError } from "../domain/isTransient.ts"
import type { Method } from "./Script.ts"

/** Tries again what {@link isTransient} with a wait on the `Clock`, as the contracts of verifier and encryptor promise. */
export const whileAway =
  <Args extends ReadonlyArray<unknown>, A, E extends NeighbourError>(ask: Method<Args, A, E>): Method<Args, A, E> =>
  (...args) =>
    Effect.retry(ask(...args), { schedule: backoff, while: isTransient })
