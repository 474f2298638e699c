import { applyBatchRoutines } from "./version3/applyBatchRoutines.ts"
import { applyOneRoutine } from "./version3/applyOneRoutine.ts"

/** Version 3 of the ledger's schema: updates that are ready at the same moment share a transaction. Every statement can be run again. */
export const version3: ReadonlyArray<string> = [...applyOneRoutine, ...applyBatchRoutines]
