import { Effect, type Scope } from "effect"
import type { LocalStackError } from "../../../src/local/LocalStackError.ts"
import type { Extent } from "./extent.ts"
import type { Stack } from "./stack.ts"

/** What a row has to reach, and of what: the ratio of ours to that beside it, or of ours itself. */
export interface Target {
  readonly of: "ratio" | "value"
  readonly is: "at least" | "at most"
  readonly bound: number
}

/** One row of the table. `against` names what stands beside ours, where something does. */
export interface Row {
  readonly name: string
  readonly unit: string
  readonly against?: string
  readonly target: Target
}

/** What one round says of a row. `note` is what a reader of the row should know. */
export interface Reading {
  readonly ours: number
  readonly against?: number
  readonly note?: string
}

/** Rows that are measured together. `begin` prepares what all rounds share, and gives what measures one round: a reading of each row. */
export interface Measurement<Key extends string = string> {
  readonly rows: Readonly<Record<Key, Row>>
  readonly begin: (
    stack: Stack,
    extent: Extent
  ) => Effect.Effect<Effect.Effect<Readonly<Record<Key, Reading>>, LocalStackError>, LocalStackError, Scope.Scope>
}

/** A measurement whose rounds share nothing: each has a scope of its own. */
export const eachRound =
  <Key extends string>(
    round: (
      stack: Stack,
      extent: Extent
    ) => Generator<Effect.Effect<unknown, LocalStackError, Scope.Scope>, Readonly<Record<Key, Reading>>, never>
  ): Measurement<Key>["begin"] =>
  (stack, extent) =>
    Effect.succeed(Effect.scoped(Effect.gen(() => round(stack, extent))))

/** A target of the ratio of ours to what stands beside it. */
export const ratio = (is: Target["is"], bound: number): Target => ({ of: "ratio", is, bound })

/** A target of ours alone. */
export const value = (is: Target["is"], bound: number): Target => ({ of: "value", is, bound })
