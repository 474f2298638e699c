import { pruneRoutine } from "./version2/pruneRoutine.ts"

/** Version 2 of the ledger's schema: outcomes are pruned by their keys, so that a prune holds up no update. */
export const version2: ReadonlyArray<string> = [...pruneRoutine]
