import type { Mutant, PromiseId } from "./Mutant.ts"
import { everyUserHears } from "./promises/everyUserHears.ts"
import { hostile } from "./promises/hostile.ts"
import { inOrder } from "./promises/inOrder.ts"
import { leaving } from "./promises/leaving.ts"
import { noSecret } from "./promises/noSecret.ts"
import { once } from "./promises/once.ts"
import { oneOutcome } from "./promises/oneOutcome.ts"
import { onlyTheOwner } from "./promises/onlyTheOwner.ts"
import { patient } from "./promises/patient.ts"
import { quick } from "./promises/quick.ts"

/** The ways in which each promise is broken on purpose. */
export const mutants: Readonly<Record<PromiseId, ReadonlyArray<Mutant>>> = {
  P1: oneOutcome,
  P2: everyUserHears,
  P3: inOrder,
  P4: once,
  P5: patient,
  P6: quick,
  P7: leaving,
  P8: noSecret,
  P9: onlyTheOwner,
  P10: hostile
}

/** A mutant, and the promise that it breaks. */
export interface Broken extends Mutant {
  readonly promise: PromiseId
}

/** All mutants, promise by promise. */
export const allMutants: ReadonlyArray<Broken> = Object.entries(mutants).flatMap(([promise, list]) =>
  list.map((mutant) => ({ ...mutant, promise: promise as PromiseId }))
)
