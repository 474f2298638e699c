import { applyRoutine, routineVersion1 } from "./version1/applyRoutine.ts"
import { lifeRoutines } from "./version1/lifeRoutines.ts"
import { outcomeRoutines } from "./version1/outcomeRoutines.ts"
import { recordRoutine } from "./version1/recordRoutine.ts"
import { startRoutines } from "./version1/startRoutines.ts"
import { tables } from "./version1/tables.ts"

/**
 * Version 1 of the ledger's schema, in the grammar that MySQL 8.0.29 and MariaDB 10.11 share. Every statement can be run again.
 * Routines carry the version in their name, so that workers of two versions can run side by side.
 */
export const version1: ReadonlyArray<string> = [
  ...tables,
  ...startRoutines,
  ...lifeRoutines,
  ...outcomeRoutines,
  ...recordRoutine(routineVersion1),
  ...applyRoutine(routineVersion1)
]
