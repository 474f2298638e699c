import { Effect } from "effect"
import { backoff } from "../domain/backoff.ts"
import type { Method } from "./Script.ts"

/**
 * Tries again while the neighbour is away, as the contracts of verifier and encryptor promise: an error of the reason `unreachable`,
 * `timeout` or `overloaded` costs a wait on the `Clock`, any other is told at once.
 */
export const whileAway =
  <Args extends ReadonlyArray<unknown>, A, E extends { readonly reason: string }>(
    ask: Method<Args, A, E>
  ): Method<Args, A, E> =>
  (...args) =>
    Effect.retry(ask(...args), { schedule: backoff, while: ({ reason }) => away.has(reason) })

const away: ReadonlySet<string> = new Set(["unreachable", "timeout", "overloaded"])
