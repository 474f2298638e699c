import { applyRoutine } from "./version1/applyRoutine.ts"
import { recordRoutine } from "./version1/recordRoutine.ts"
import { inboxRoutines } from "./version2/inboxRoutines.ts"
import { pruneRoutine } from "./version2/pruneRoutine.ts"
import { relayRoutines, routineVersion2 } from "./version2/relayRoutines.ts"
import { relayTables } from "./version2/relayTables.ts"

/**
 * Version 2 of the ledger's schema: outcomes are pruned by their keys, what hubs replay, and who relays to a hub elsewhere. Every
 * statement can be run again.
 */
export const version2: ReadonlyArray<string> = [
  ...pruneRoutine,
  ...inboxRoutines,
  ...relayTables,
  ...relayRoutines,
  ...recordRoutine(routineVersion2),
  ...applyRoutine(routineVersion2)
]
